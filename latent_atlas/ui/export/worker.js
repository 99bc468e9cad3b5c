/**
 * Runs before a worker's own module. It is told its files before anything else; that module must not take this for
 * a job.
 */
import { answerFrom } from "./carried.js";

self.addEventListener("message", (event) => {
  if (!(event.data.carried instanceof Map)) return;
  event.stopImmediatePropagation();
  answerFrom(event.data.carried);
});
