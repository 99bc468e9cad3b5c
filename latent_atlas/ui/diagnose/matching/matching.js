/**
 * A target picture, the picture that the sliders make, and the time that it takes to match them. The browser decodes.
 *
 * @typedef {{decoder: string, of: string, axes: number[], latentDim: number, extent: number, perUnit: number,
 *            number: number, uncounted: string, steps: number[], atStart: number, reached: number, image: string,
 *            name: string}} Told
 * `decoder`: its address; `of`: names model, images and target; `axes`: the dimension of each slider; `uncounted`: why a
 * try of this target is not kept, empty where it is; `steps`: where the sliders reach the target; `atStart`: the error
 * with all at 0; `reached`: the share of it that counts as reached; `image`: the test image that the target was made of,
 * and its `name`
 * @typedef {import("../../latent_plane/js/decode/decoder.js").Decoder} Decoder
 * @typedef {"waiting"|"ready"|"running"|"ended"} Stage of a try: before the decoder is there, the first move, Done
 */
import { find, make } from "../../components/elements.js";
import { buildDecoder } from "../../latent_plane/js/decode/decoder.js";
import { fetchSafetensors } from "../../latent_plane/js/decode/safetensors.js";
import { createPicture, wholeScale } from "../../latent_plane/js/plane/picture.js";
import { axisName } from "../../latent_plane/js/plane/words.js";
import { clock, codeOf, difference, shareWords } from "./score.js";
import { createSliders } from "./sliders.js";

const ROOM = { wide: 224, narrow: 144 }; // CSS pixels for a picture
const REAL_ROOM = 56;
const NARROW = 600;
const TICK_MS = 250;

/**
 * @param {import("../../components/bootstrap.js").Parent} parent
 * @returns {import("../../components/bootstrap.js").View<Told>}
 */
export function createMatching(parent) {
  const root = find(parent, ".matching", HTMLElement);
  const [targetCanvas, ownCanvas] = [make("canvas", ""), make("canvas", "")];
  const [targetPicture, ownPicture] = [targetCanvas, ownCanvas].map(createPicture);
  const targetWords = make("figcaption", "");
  const real = make("img", "real");
  const realWords = make("figcaption", "");
  const fill = make("div", "fill");
  const mark = make("div", "mark");
  const bar = make("div", "bar", fill, mark);
  const left = make("p", "left");
  const time = make("span", "time");
  time.setAttribute("role", "timer");
  const said = make("p", "said");
  said.setAttribute("role", "status");
  const [done, next, zero] = ["Done", "Another target", "All to zero"].map((words) => make("button", "", words));
  for (const each of [done, next, zero]) each.type = "button";
  const sliders = createSliders(move);
  const figures = make(
    "div",
    "figures",
    make("figure", "", targetCanvas, targetWords),
    make("figure", "", ownCanvas, make("figcaption", "", "yours")),
    make("figure", "small", real, realWords),
  );
  const hands = make("div", "buttons", done, next, zero);
  const board = make("div", "board", figures, bar, make("div", "score", left, time), hands, said);
  root.replaceChildren(make("div", "parts", board, sliders.element));

  /** @type {Told|null} */
  let told = null;
  /** @type {Decoder|null} */
  let decoder = null;
  let target = new Float32Array(0);
  let uncounted = ""; // as it was when the target came: with Done it is tried
  /** @type {Stage} */
  let stage = "waiting";
  let began = 0;
  let took = 0;
  let timer = 0;
  let fetching = new AbortController();
  /** @type {(name: string, value: unknown) => void} */
  let send = () => {};

  const seconds = () => (stage === "running" ? (performance.now() - began) / 1000 : took);
  const showTime = () => (time.textContent = clock(seconds()));

  /** @param {Stage} to */
  function go(to) {
    took = seconds();
    stage = to;
    clearInterval(timer);
    if (to === "ready") took = 0;
    if (to === "running") {
      began = performance.now();
      timer = window.setInterval(showTime, TICK_MS);
    }
    root.dataset.stage = to;
    done.disabled = to !== "running";
    zero.disabled = next.disabled = to === "waiting";
    done.classList.toggle("first", to === "running");
    next.classList.toggle("first", to === "ended");
    showTime();
  }

  /** Somebody has turned a slider. */
  function move() {
    if (stage === "ready") go("running");
    show();
  }

  function show() {
    if (!decoder || !told) return;
    const image = decoder.decode(codeOf(sliders.steps(), told.axes, told.latentDim, told.perUnit));
    ownPicture.draw(image, decoder.imageShape);
    const share = difference(image, target) / told.atStart;
    left.textContent = shareWords(share, told.reached);
    root.classList.toggle("reached", share <= told.reached);
    fill.style.width = `${100 * Math.min(1, share)}%`;
  }

  /** @param {"done"|"given up"|null} ending @param {boolean} goOn */
  function tell(ending, goOn) {
    if (!told) return;
    send("told", { of: told.of, id: crypto.randomUUID?.() ?? String(Math.random()), ending, seconds: Math.min(seconds(), 86400), steps: sliders.steps(), next: goOn });
  }

  done.onclick = () => {
    go("ended");
    sliders.reveal(told?.steps ?? []);
    const kept = uncounted ? `Not kept, for ${uncounted}. It took` : "Kept, after";
    said.textContent = `${kept} ${clock(took)}. The marks show where the target is.`;
    tell("done", false);
    next.focus(); // the button that had the focus cannot keep it
  };
  next.onclick = () => {
    const underway = stage === "running";
    go("waiting");
    said.textContent = underway && !uncounted ? "Given up, and kept as such." : "";
    tell(underway ? "given up" : null, true);
  };
  zero.onclick = () => {
    sliders.zero();
    show();
  };

  function fit() {
    if (!decoder) return;
    const room = root.clientWidth < NARROW ? ROOM.narrow : ROOM.wide;
    for (const each of [targetPicture, ownPicture]) each.fit(decoder.imageShape, room);
    const [, height, width] = decoder.imageShape;
    real.style.width = `${width * wholeScale(Math.max(height, width), REAL_ROOM, window.devicePixelRatio)}px`;
    targetPicture.draw(target, decoder.imageShape);
    show();
  }
  const watching = new ResizeObserver(fit);
  watching.observe(root);

  /** A new target. @param {Told} data */
  function begin(data) {
    if (!decoder) return;
    target = decoder.decode(codeOf(data.steps, data.axes, data.latentDim, data.perUnit)).slice();
    sliders.make(data.axes.map(axisName), data.extent * data.perUnit, data.perUnit);
    [targetWords.textContent, real.src, real.alt] = [`target ${data.number}`, data.image, data.name];
    realWords.textContent = data.name;
    const note = data.uncounted && `A try of it will not be kept, for ${data.uncounted}.`;
    if (note || uncounted) said.textContent = note; // nor is what was said of the last target true of this one
    uncounted = data.uncounted;
    mark.style.left = `${100 * data.reached}%`;
    targetCanvas.setAttribute("role", "img");
    targetCanvas.setAttribute("aria-label", `Target ${data.number}`);
    ownCanvas.setAttribute("role", "img");
    ownCanvas.setAttribute("aria-label", "What your sliders make");
    go("ready");
    fit();
  }

  /** @param {Told} data */
  async function open(data) {
    fetching.abort();
    fetching = new AbortController();
    decoder = null;
    go("waiting");
    decoder = buildDecoder(await fetchSafetensors(new URL(data.decoder, document.baseURI).href, fetching.signal));
    begin(told ?? data);
  }

  return {
    update({ data, setStateValue }) {
      send = setStateValue;
      const before = told;
      told = data;
      if (before?.of === data.of && stage !== "waiting") return;
      if (before?.decoder === data.decoder && decoder) begin(data);
      else if (before?.of !== data.of || !decoder) {
        said.textContent = "";
        open(data).catch((problem) => problem.name !== "AbortError" && (said.textContent = String(problem.message)));
      }
    },
    dispose() {
      fetching.abort();
      watching.disconnect();
      clearInterval(timer);
    },
  };
}
