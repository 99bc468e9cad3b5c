// Streamlit calls this again whenever `data` or the theme changes, so it only hands the latest call on to the
// one plane that lives on this element. The modules come from a route of ours whose address holds their hash.
export default function (component) {
  const { parentElement, data } = component;
  const state = (parentElement.latentPlane ??= {});
  state.latest = component;
  state.plane ??= import(new URL(data.module, location.origin)).then((module) => module.createPlane(parentElement));
  state.plane
    .then((plane) => plane.update(state.latest))
    .catch(() => {
      state.plane = undefined;
      const notice = parentElement.querySelector(".notice");
      notice.textContent = "The plane could not be loaded: is the server still running? Reload the page.";
      notice.hidden = false;
    });
  return () => {
    state.plane?.then((plane) => plane.dispose());
    delete parentElement.latentPlane;
  };
}
