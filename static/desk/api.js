/** The desk's API over HTTP. */

/** `{ok, status, body}`; never rejects: without a network `status` is 0. */
export async function api(method, path, body) {
  const sent = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  try {
    const answer = await fetch(`/desk/api/${path}`, { method, credentials: "same-origin", ...sent });
    return { ok: answer.ok, status: answer.status, body: await answer.json() };
  } catch {
    return { ok: false, status: 0, body: { error: { code: "away" } } };
  }
}
