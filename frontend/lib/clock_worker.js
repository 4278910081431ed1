// The worker of clock.js: it answers each wait with its id when that is over.

self.onmessage = ({ data: { id, milliseconds } }) => {
  setTimeout(() => self.postMessage(id), milliseconds);
};
