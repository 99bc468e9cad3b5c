// A worker is told its files before anything else; its own code must not take that for a job.
self.addEventListener("message", (event) => {
  if (!(event.data.carried instanceof Map)) return;
  event.stopImmediatePropagation();
  answerFrom(event.data.carried);
});
