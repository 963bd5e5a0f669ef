/** People I do not want to read. Only this tab knows; they are never told, and a reload keeps it. */

/** `list()` of `{id, name}`; `hide`, `show` and `has` by id. */
export function openHidden(memory) {
  const list = () => memory.get("hidden") || [];
  const has = (id) => list().some((person) => person.id === id);
  return {
    list,
    has,
    hide({ id, name }) {
      if (!has(id)) memory.set("hidden", [...list(), { id, name }]);
    },
    /** A message that I reported: I do not see it any more. */
    report: (id) => memory.see("reported", id),
    reported: (id) => memory.seen("reported", id),
    show: (id) => memory.set("hidden", list().filter((person) => person.id !== id)),
  };
}
