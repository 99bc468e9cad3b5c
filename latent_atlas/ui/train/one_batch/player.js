/** Goes from station to station: quickly, as a batch comes in, or slowly, so that each sentence can be read. */

const QUICK = 240; // milliseconds at a station
const A_WORD = 320; // about 190 words a minute
const A_LOOK = 1600; // at the picture beside the sentence

/** @param {() => void} changed is called whenever the station has changed, or whether it plays */
export function createPlayer(changed) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let at = 0;
  let playing = false;
  let last = 0;
  let timer = 0;

  /** @param {number[]} times milliseconds at each station */
  function wait(times) {
    timer = window.setTimeout(() => {
      if (at < last) at += 1;
      if (at < last) wait(times);
      else playing = false;
      changed();
    }, times[at]);
  }

  function pause() {
    clearTimeout(timer);
    playing = false;
    changed();
  }

  return {
    at: () => at,
    playing: () => playing,
    pause,
    /** Stands at the last of so many stations. @param {number} station */
    rest(station) {
      last = station;
      at = station;
    },
    /** Goes to a station and stays there. @param {number} station */
    go(station) {
      at = Math.max(0, Math.min(last, station));
      pause();
    },
    /**
     * From the first station to the last, or from where it was paused. Where less motion was asked for nothing runs
     * past quickly.
     *
     * @param {string[]} sentences of the stations @param {"quick"|"slow"} pace
     */
    play(sentences, pace) {
      clearTimeout(timer);
      last = sentences.length - 1;
      if (pace === "quick" && still.matches) {
        at = last;
        pause();
        return;
      }
      if (pace === "quick" || at >= last) at = 0;
      playing = true;
      wait(sentences.map((each) => (pace === "quick" ? QUICK : A_LOOK + A_WORD * each.split(" ").length)));
      changed();
    },
  };
}
