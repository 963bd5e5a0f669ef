/** What the server wrote into the page. Nothing of it comes from the clinic's page unchecked. */
export function readConfig(doc = document) {
  const { site, topic, region, lang, retention, shelf } = doc.body.dataset;
  return {
    site,
    topic: topic || null,
    region,
    retention: Number(retention),
    shelf: JSON.parse(shelf),
    credentials: {
      site,
      region,
      lang,
      ticket: doc.querySelector('meta[name="kindred-ticket"]').content,
    },
    support: JSON.parse(doc.getElementById("support").textContent),
    framed: window.parent !== window,
  };
}
