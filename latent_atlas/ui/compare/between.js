// Streamlit calls this again whenever `data` or the theme changes. The script comes from the address that the two
// planes have theirs from, so that all three share one instance of what links them.
export default function ({ parentElement, data }) {
  const state = (parentElement.between ??= {});
  state.data = data;
  state.view ??= import(new URL(data.module, location.origin)).then((module) =>
    module.createBetween(parentElement.querySelector(".between")),
  );
  // Where it could not be loaded the planes could not be either, and they say so.
  state.view.then((view) => view.update(state.data)).catch(() => (state.view = undefined));
  return () => {
    state.view?.then((view) => view.dispose());
    delete parentElement.between;
  };
}
