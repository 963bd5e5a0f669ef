/**
 * Kindred's loader: one labelled button; a click opens the chat in a frame of our own origin.
 *
 * Before the click it asks the network for nothing, stores nothing and leaves no global. The
 * frame is told the site and the options written on the script tag, never this page's address
 * or title. A line of its own for each: data-site, data-topic, data-lang, data-region,
 * data-theme, data-storage="none", data-position="left", data-label, data-exit (where Leave
 * fast goes), data-server (only where a clinic hosts this file itself).
 */
(() => {
  const doc = document;
  const SILENCE = 6000; // ms without a sign of life before the plain fallback is shown
  const PHONE = "(max-width: 600px)";

  const start = () => {
    let tag = script;
    // A page optimiser may run us late or from a combined file: then there is no currentScript of ours.
    if (!tag || !tag.dataset.site) tag = doc.querySelector('script[src*="/embed"][data-site]');
    let host = doc.querySelector("kindred-chat");
    if (!tag || (host && host.shadowRoot)) return;
    if (!host) host = doc.body.appendChild(doc.createElement("kindred-chat"));

    const inline = host.hasAttribute("inline");
    const data = tag.dataset;
    const label = data.label || "Talk with others";
    const page = new URL("widget", data.server ? new URL("/", data.server) : tag.src);
    for (const name of ["site", "topic", "lang", "region", "theme", "storage"])
      if (data[name]) page.searchParams.set(name, data[name]);

    const root = host.attachShadow({ mode: "open" });
    const css = `
:host{all:initial!important;${inline ? "display:block" : `position:fixed!important;z-index:2147483647!important;bottom:16px!important;${data.position === "left" ? "left" : "right"}:16px`}!important;font:600 17px/1.3 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif!important}
button{all:unset;box-sizing:border-box;min-height:48px;padding:12px 20px;border:1px solid #fff;border-radius:24px;background:#17504f;color:#fff;cursor:pointer}
button:focus-visible,a:focus-visible{outline:3px solid #7a3e00;outline-offset:2px;box-shadow:0 0 0 2px #fff}
iframe{display:block;border:1px solid #7a8884;border-radius:16px;background:#fbf8f3;width:${inline ? "100%" : "400px"};height:min(var(--h,640px),calc(100vh - 32px));max-width:${inline ? "100%" : "calc(100vw - 32px)"};box-shadow:0 8px 32px #1f2a2c40;color-scheme:normal}
div{max-width:300px;margin-bottom:12px;padding:16px;border:1px solid #7a8884;border-radius:16px;background:#fbf8f3;color:#1f2a2c}
a{display:block;padding:12px 0;color:#0b5c63}
[hidden]{display:none}
@media ${PHONE}{iframe{z-index:2147483647;position:fixed;left:0;top:0;width:100%;max-width:none;height:100%;border:0;border-radius:0}}`;
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch (_) {
      root.appendChild(doc.createElement("style")).textContent = css;
    }

    const add = (name, text) => {
      const node = root.appendChild(doc.createElement(name));
      node.textContent = text;
      return node;
    };
    const fallback = add("div", "The chat did not open.");
    const link = fallback.appendChild(doc.createElement("a"));
    link.textContent = "Open it in a new tab";
    link.href = page;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    fallback.appendChild(doc.createElement("slot"));
    fallback.hidden = true;
    const button = add("button", label);
    button.type = "button";
    button.setAttribute("aria-expanded", "false");

    const view = window.visualViewport;
    const style = doc.documentElement.style;
    let frame, timer, scroll;

    // iOS keeps the layout viewport while its keyboard is up, so the frame follows the visual one. Not where
    // somebody looks closer with two fingers: the chat would shrink under them.
    const fit = () => {
      if (!frame || frame.hidden) return;
      const follow = view && view.scale < 1.1 && matchMedia(PHONE).matches;
      frame.style.top = follow ? view.offsetTop + "px" : "";
      frame.style.height = follow ? view.height + "px" : "";
    };
    const show = (open) => {
      // An answer that comes late, or never, takes the focus from nobody who writes in the page by then.
      const ours = [null, doc.body, host].includes(doc.activeElement);
      frame.hidden = !open;
      button.hidden = open;
      button.setAttribute("aria-expanded", open);
      if (open) {
        scroll = style.overflow;
        if (matchMedia(PHONE).matches) style.overflow = "hidden";
        fit();
        if (ours) frame.focus();
      } else {
        style.overflow = scroll;
        if (ours) button.focus();
      }
      host.dispatchEvent(new Event(open ? "open" : "close"));
    };
    const silent = () => {
      show(false);
      fallback.hidden = false;
    };
    const act = {
      close: () => show(false),
      end: () => {
        show(false);
        frame.remove();
        frame = null;
      },
      exit: () => {
        style.setProperty("display", "none", "important");
        doc.title = "";
        frame.remove();
        const to = new URL(data.exit || "https://www.wikipedia.org/", location);
        location.replace(/^https?:$/.test(to.protocol) ? to : "about:blank");
      },
      size: (height) => frame.style.setProperty("--h", Math.min(720, Math.max(320, +height || 640)) + "px"),
    };
    window.addEventListener("message", (event) => {
      if (!frame || event.source !== frame.contentWindow || !event.data) return;
      const { kindred, height } = event.data;
      if (!Object.keys(act).includes(kindred)) return;
      clearTimeout(timer);
      if (!fallback.hidden) {
        fallback.hidden = true; // it came late, but it came
        show(true);
      }
      act[kindred](height);
    });
    if (view) for (const name of ["resize", "scroll"]) view.addEventListener(name, fit);

    button.addEventListener("click", () => {
      if (!frame) {
        frame = doc.createElement("iframe");
        frame.title = label;
        frame.allow = "";
        frame.referrerPolicy = "no-referrer";
        frame.setAttribute("sandbox", "allow-scripts allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin");
        frame.src = page;
        root.appendChild(frame);
        timer = setTimeout(silent, SILENCE);
      } else if (!fallback.hidden) {
        fallback.hidden = true;
        frame.src = page;
        timer = setTimeout(silent, SILENCE);
      }
      show(true);
    });
  };

  const script = doc.currentScript;
  if (doc.body) start();
  else doc.addEventListener("DOMContentLoaded", start);
})();
