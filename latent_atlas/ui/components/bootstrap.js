/**
 * Starts any component of ours: Streamlit has a copy of this for each of them. It calls this again whenever `data`
 * or the theme changes, so this only hands the latest call on to the one view that lives on this element. What makes
 * the view comes from a route of ours whose address holds a hash.
 *
 * @typedef {Document|ShadowRoot|HTMLElement} Parent where Streamlit has put the markup
 */
/**
 * @template {object} Data
 * @typedef {{data: Data, parentElement: Parent, setStateValue: (name: string, value: unknown) => void}} Component
 */
/**
 * @template {object} Data
 * @typedef {{update: (component: Component<Data>) => void, dispose: () => void}} View
 */
/**
 * @typedef {{bundle: string, create: string}} Source an address, and the name of the function there that makes the view
 * @typedef {{latest: Component<Source>, view: Promise<View<Source>>|null, problem: HTMLElement|null}} Mount
 */

/** @type {WeakMap<Parent, Mount>} */
const mounts = new WeakMap();

/**
 * @param {Component<Source>} component
 * @returns {() => void} called when the component leaves the page, and also when another call came before this one was
 *   through: then the view has to stay
 */
export default function (component) {
  const { parentElement } = component;
  const mount = mounts.get(parentElement) ?? { latest: component, view: null, problem: null };
  mounts.set(parentElement, mount);
  mount.latest = component;
  mount.view ??= load(component);
  mount.view.then(
    (view) => {
      tell(mount, "");
      view.update(mount.latest);
    },
    (error) => {
      mount.view = null; // the next call tries again
      tell(mount, "This part of the page could not be loaded: is the server still running? Reload the page.");
      console.error(error);
    },
  );
  return () => {
    if (parentElement.isConnected) return;
    mounts.delete(parentElement);
    mount.view?.then((view) => view.dispose(), () => {}); // that it could not be loaded has been told
  };
}

/** @param {Component<Source>} component @returns {Promise<View<Source>>} */
async function load({ data, parentElement }) {
  const module = await import(new URL(data.bundle, document.baseURI).href);
  return module[data.create](parentElement);
}

/** @param {Mount} mount @param {string} text of a problem; empty when there is none any more */
function tell(mount, text) {
  mount.problem?.remove();
  mount.problem = null;
  if (!text) return;
  mount.problem = document.createElement("p");
  mount.problem.className = "component-problem";
  mount.problem.setAttribute("role", "alert");
  mount.problem.textContent = text;
  mount.latest.parentElement.append(mount.problem);
}
