/**
 * State that knows who reads it. A signal holds a value; a derived value is worked out from signals when somebody asks;
 * an effect of a frame loop shows them. What is read while a derived value or an effect runs is noted down, so nobody
 * says by hand what follows from a change: a loop runs, once a frame and in the order of their declaration, those
 * effects of which something that they have read has another value by now.
 *
 * @template T @typedef {{readonly value: T, peek: () => T}} Readable `peek` leaves no note of the reader
 */
/**
 * @template T @typedef {{value: T, peek: () => T}} Signal
 */
/**
 * @typedef {{version: number, readers: Set<Reader>, refresh: () => void}} Source
 * @typedef {{sources: Map<Source, number>, mark: () => void}} Reader `sources` with the versions that were read
 * @typedef {{effect: (run: () => void, lane?: "urgent"|"frame") => void, flush: (lane?: "urgent") => void,
 *            stop: () => void}} FrameLoop
 */

/** Who runs now. @type {Reader|null} */
let reading = null;

/**
 * @template T
 * @param {T} first
 * @returns {Signal<T>} setting the same value again changes nothing
 */
export function signal(first) {
  let held = first;
  /** @type {Source} */
  const source = { version: 0, readers: new Set(), refresh() {} };
  return {
    get value() {
      note(source);
      return held;
    },
    set value(next) {
      if (Object.is(next, held)) return;
      held = next;
      source.version++;
      for (const reader of [...source.readers]) reader.mark();
    },
    peek: () => held,
  };
}

/**
 * @template T
 * @param {() => T} compute asked again only when something that it has read has changed
 * @returns {Readable<T>}
 */
export function derived(compute) {
  /** @type {{value: T}|null} */
  let held = null;
  let stale = true;
  /** @type {Reader} */
  const reader = {
    sources: new Map(),
    mark() {
      if (stale) return;
      stale = true;
      for (const each of [...source.readers]) each.mark();
    },
  };
  /** @type {Source} */
  const source = { version: 0, readers: new Set(), refresh: () => void settled() };

  function settled() {
    if (held && (!stale || !changed(reader))) {
      stale = false;
      return held.value;
    }
    stale = false;
    const next = follow(reader, compute);
    if (!held || !Object.is(next, held.value)) source.version++;
    held = { value: next };
    return next;
  }

  return {
    get value() {
      const value = settled();
      note(source);
      return value;
    },
    peek: settled,
  };
}

/** Has nobody noted down as the reader of what is read meanwhile. @template T @param {() => T} work @returns {T} */
export function untracked(work) {
  const outer = reading;
  reading = null;
  try {
    return work();
  } finally {
    reading = outer;
  }
}

/**
 * A loop that draws what is stale in the next frame. `flush` does not wait for it: of the urgent lane only what has to
 * be seen within the event that is being handled. What a later effect changes for an earlier one is drawn a frame later.
 *
 * @returns {FrameLoop}
 */
export function createFrameLoop() {
  /** @type {{run: () => void, urgent: boolean, stale: boolean, ran: boolean, reader: Reader}[]} */
  const effects = [];
  let frame = 0;
  let stopped = false;

  function request() {
    if (stopped) return;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      flush();
    });
  }

  /** @param {"urgent"} [lane] */
  function flush(lane) {
    for (const each of effects) {
      if (stopped || !each.stale || (lane && !each.urgent)) continue;
      each.stale = false;
      if (each.ran && !changed(each.reader)) continue;
      each.ran = true;
      follow(each.reader, each.run);
    }
    if (effects.some(({ stale }) => stale)) request();
    else {
      cancelAnimationFrame(frame);
      frame = 0;
    }
  }

  return {
    effect(run, lane = "frame") {
      const each = {
        run,
        urgent: lane === "urgent",
        stale: true,
        ran: false,
        reader: {
          sources: new Map(),
          mark() {
            each.stale = true;
            request();
          },
        },
      };
      effects.push(each);
      request();
    },
    flush,
    stop() {
      stopped = true;
      cancelAnimationFrame(frame);
      for (const { reader } of effects) forget(reader);
    },
  };
}

/** @param {Source} source */
function note(source) {
  if (!reading) return;
  source.readers.add(reading);
  reading.sources.set(source, source.version);
}

/** Runs what a reader does, and notes down what it reads. @template T @param {Reader} reader @param {() => T} work @returns {T} */
function follow(reader, work) {
  forget(reader);
  const outer = reading;
  reading = reader;
  try {
    return work();
  } finally {
    reading = outer;
  }
}

/** @param {Reader} reader */
function forget(reader) {
  for (const source of reader.sources.keys()) source.readers.delete(reader);
  reader.sources.clear();
}

/** Whether anything that was read has another value by now. @param {Reader} reader */
function changed({ sources }) {
  for (const [source, seen] of sources) {
    source.refresh();
    if (source.version !== seen) return true;
  }
  return false;
}
