/**
 * What a reload brings back: ONE sessionStorage key (token, name, room, draft, unsent messages, hidden people).
 *
 * Where storage is blocked, the site forbids it, or somebody else uses the device, the same record lives in
 * memory and the chat works; a reload is then a new visitor.
 */
const KEY = "kindred";
const SEEN = 100; // ids of a kind; older ones come no more

/** `site` keeps a token of one clinic's chat from being shown to another's. */
export function openMemory(site, storage = sessionStore()) {
  const kept = storage;
  let record = read(storage);
  if (record.site !== site) record = { site };

  function write() {
    try {
      storage?.setItem(KEY, JSON.stringify(record));
    } catch {
      storage = null; // full, or taken away while we run: memory only from here on
    }
  }

  function set(name, value) {
    record = { ...record, [name]: value };
    write();
  }

  /** The key goes, and whatever is still on its way must not write it again. */
  function letGo() {
    storage?.removeItem(KEY);
    storage = null;
  }

  return {
    get: (name) => record[name],
    set,
    /** What was dealt with and does not come back with a reload: by kind, ids. */
    seen: (name, id) => (record[name] || []).includes(id),
    see: (name, id) => set(name, [...(record[name] || []), id].slice(-SEEN)),
    /** Whether a reload brings the record back, or it is this page's alone. */
    keep(yes) {
      if (!yes) return letGo();
      storage = kept;
      return write();
    },
    wipe() {
      record = { site };
      letGo();
    },
    /** Somebody new on the same page: nothing of the one before is left, and theirs is kept. */
    anew() {
      record = { site };
      write();
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
