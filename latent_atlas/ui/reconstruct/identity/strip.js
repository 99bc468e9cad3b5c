/**
 * Frames between two images, and beneath them what the judge makes of all that lies between.
 *
 * @typedef {{picture: string, name: string, told: string}} Frame
 * @typedef {{frames: Frame[], verdicts: import("../../latent_plane/js/features/judge/ribbon.js").Verdicts, names: string[],
 *            colours: string[]}} StripData `names` and `colours` of the classes
 */
import { find, make } from "../../components/elements.js";
import { createRibbon } from "../../latent_plane/js/features/judge/ribbon.js";

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<StripData>}
 */
export function createStrip(parent) {
  const root = find(parent, ".identity-strip", HTMLElement);
  const frames = make("div", "frames");
  frames.setAttribute("role", "list");
  const ribbon = createRibbon();
  root.replaceChildren(frames, ribbon.element);
  let told = "";

  return {
    update({ data }) {
      const content = JSON.stringify(data);
      if (content === told) return;
      told = content;
      frames.replaceChildren(...data.frames.map((frame, k) => frameOf(frame, k > 0 && frame.name !== data.frames[k - 1].name)));
      ribbon.draw(data.verdicts, data.names, data.colours);
    },
    dispose() {},
  };
}

/** @param {Frame} frame @param {boolean} crossed */
function frameOf(frame, crossed) {
  const picture = make("img", "");
  picture.src = frame.picture;
  picture.alt = `taken for ${frame.name}, ${frame.told} sure`;
  const made = make("figure", crossed ? "frame crossed" : "frame", picture, make("div", "name", frame.name), make("div", "told", frame.told));
  made.setAttribute("role", "listitem");
  return made;
}
