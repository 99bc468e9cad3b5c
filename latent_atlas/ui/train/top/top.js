/** Goes to the top of the page, once for each time that it is asked to. */

/** The last that was answered, also when the component is put on the page anew. */
let last = 0;

/** @returns {import("../../components/bootstrap.js").View<{turn: number}>} */
export function createTop() {
  return {
    update({ data }) {
      if (data.turn === last) return;
      last = data.turn;
      document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    },
    dispose() {},
  };
}
