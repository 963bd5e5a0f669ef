/** The pretend clinic: copy a line to try, and bring in people who are clearly not people. */

const tries = document.querySelectorAll("#tries li");
const said = document.getElementById("people-said");

for (const item of tries) {
  const quote = item.querySelector("q");
  if (!quote) continue; // keys are pressed
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = "Copy";
  copy.setAttribute("aria-label", `Copy: ${quote.textContent}`);
  copy.addEventListener("click", () => take(quote, copy));
  quote.after(copy);
}

/** Where the clipboard is not ours (plain http, or refused) the words are selected instead. */
async function take(quote, button) {
  try {
    await navigator.clipboard.writeText(quote.textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(quote);
    button.textContent = "Selected";
  }
  setTimeout(() => (button.textContent = "Copy"), 3000);
}

document.getElementById("people").addEventListener("click", async (event) => {
  event.target.disabled = true;
  said.textContent = await bringIn();
  event.target.disabled = false;
});

async function bringIn() {
  const answer = await fetch("/demo/people", { method: "POST" }).catch(() => null);
  if (answer?.status !== 202 && answer?.status !== 409) return "They could not come just now. Please try again.";
  const { started, title } = await answer.json();
  if (!started) return `The demo people are here already, in ${title}.`;
  return `${started} simulated people are coming in, to ${title}.`;
}
