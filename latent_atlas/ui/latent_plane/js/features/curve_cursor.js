/**
 * A line over each chart beside the plane, where the shown epoch lies, and words in the chart's corner; a click on a chart
 * asks for the epoch that is nearest. The charts are not ours, so nothing is put into them: a style sheet of the page
 * draws the lines, over whichever of them are there.
 *
 * @typedef {{key: string, left: number, right: number, top: number, bottom: number, legend: number,
 *            shares: number[], words: string[]}} Chart
 * `latent_atlas/ui/train/cursor.py`: margins of the plot, and room for a legend, in pixels; for each stop, where it lies from 0 to 1
 * @typedef {{charts: Chart[], words: string[]}} Curves
 * @typedef {{line: string, ground: string}} Inks colours of the line and of what is beneath the chart
 */

/** How far beside the plot a click still means its edge, in parts of its width. */
const BESIDE = 0.03;

/** @param {(stop: number) => void} ask for a stop that somebody has clicked at */
export function createCurveCursor(ask) {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const off = new AbortController();
  /** @type {Chart[]} */
  let charts = [];
  let rules = "";

  document.addEventListener("click", clicked, { signal: off.signal });

  /** @param {MouseEvent} event */
  function clicked({ target, clientX, clientY }) {
    if (!(target instanceof HTMLCanvasElement || target instanceof SVGElement)) return; // a button of the chart, say
    for (const chart of charts) {
      const box = target.closest(`.st-key-${chart.key}`)?.getBoundingClientRect();
      const stop = box ? stopUnder(chart, box, clientX, clientY) : null;
      if (stop !== null) ask(stop);
    }
  }

  return {
    /** @param {Curves|null} curves @param {number} stop @param {string} name of that stop @param {Inks} inks */
    show(curves, stop, name, inks) {
      charts = curves?.charts ?? [];
      const next = charts.map((chart, n) => chartRules(chart, stop, n === 0 ? name : "", inks)).join("\n");
      if (next !== rules) sheet.replaceSync((rules = next));
    },
    dispose() {
      off.abort();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    },
  };
}

/**
 * What draws the line and the words of a chart. At the last stop, which is where its curves end, there is no line.
 *
 * @param {Chart} chart @param {number} stop @param {string} name before its words @param {Inks} inks
 * @returns {string} rules of a style sheet
 */
export function chartRules({ key, left, right, top, bottom, legend, shares, words }, stop, name, { line, ground }) {
  const at = `.st-key-${key}`;
  const hand = `${at} canvas { cursor: pointer !important; }`;
  if (stop >= shares.length - 1) return hand;
  // Where it is narrow they are in two lines, and break nowhere else.
  const told = [name, words[stop]].filter((each) => each).map((each) => each.replaceAll(" ", "\u00a0")).join(" · ");
  return [
    hand,
    `${at} { position: relative; }`,
    `${at}::after { content: ""; position: absolute; top: ${top}px; bottom: ${bottom}px; width: 2px; margin-left: -1px; ` +
      `left: calc(${left}px + (100% - ${left + right}px) * ${shares[stop]}); background: ${line}; ` +
      `box-shadow: 0 0 0 1px ${ground}; pointer-events: none; }`,
    `${at}::before { content: ${JSON.stringify(told)}; position: absolute; top: 0; right: ${right}px; ` +
      `max-width: calc(100% - ${right + legend}px); text-align: right; ` +
      "font-size: 12px; line-height: 16px; pointer-events: none; }",
  ].join("\n");
}

/**
 * The stop nearest to a spot of a plot, by what is seen; of several that lie at one place the last.
 *
 * @param {Chart} chart @param {Pick<DOMRect, "left"|"top"|"width"|"height">} box of the chart
 * @param {number} x @param {number} y
 * @returns {number|null} null beside the plot
 */
export function stopUnder({ left, right, top, bottom, shares }, box, x, y) {
  const share = (x - box.left - left) / (box.width - left - right);
  const within = y >= box.top + top && y <= box.top + box.height - bottom;
  if (!within || !(share >= -BESIDE && share <= 1 + BESIDE)) return null;
  const away = (/** @type {number} */ n) => Math.abs(shares[n] - share);
  return shares.reduce((best, _, n) => (away(n) <= away(best) ? n : best), 0);
}
