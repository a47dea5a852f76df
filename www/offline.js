// Makes the site's own pages work without a network. Pages that embed the terminal do not load this.
if ("serviceWorker" in navigator && window === window.top && !navigator.connection?.saveData) {
  const register = () =>
    navigator.serviceWorker.register(new URL("worker.js", import.meta.url)).catch((fault) => {
      console.info("smtp-terminal: the site is not kept for offline use:", fault.message);
    });
  // What the page itself needs comes first.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
