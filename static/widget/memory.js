/**
 * What a reload brings back: ONE sessionStorage key (token, room, draft, unsent messages).
 *
 * Where storage is blocked, or the site forbids it, the same record lives in memory and the chat
 * works; a reload is then a new visitor.
 */
const KEY = "kindred";

/** `site` keeps a token of one clinic's chat from being shown to another's. */
export function openMemory(site, storage = sessionStore()) {
  let record = read(storage);
  if (record.site !== site) record = { site };

  function write() {
    try {
      storage?.setItem(KEY, JSON.stringify(record));
    } catch {
      storage = null; // full, or taken away while we run: memory only from here on
    }
  }

  return {
    get: (name) => record[name],
    set(name, value) {
      record = { ...record, [name]: value };
      write();
    },
    wipe() {
      record = { site };
      storage?.removeItem(KEY);
      storage = null; // whatever is still on its way must not write it again
    },
  };
}

function read(storage) {
  try {
    return JSON.parse(storage?.getItem(KEY)) || {};
  } catch {
    return {};
  }
}

function sessionStore() {
  try {
    return window.sessionStorage;
  } catch {
    return null; // an opaque origin throws SecurityError
  }
}
