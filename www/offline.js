// Makes the site's own pages work without a network. Pages that embed the terminal do not load this.
// Under `require-trusted-types-for` a worker's address is only taken from a policy; this one knows one address.
const address = new URL("worker.js", import.meta.url).href;
const rules = globalThis.trustedTypes?.createPolicy("smtp-terminal-offline", { createScriptURL: () => address });
const worker = rules?.createScriptURL("") ?? address;

if ("serviceWorker" in navigator && window === window.top && !navigator.connection?.saveData) {
  const register = () =>
    navigator.serviceWorker.register(worker).catch((fault) => {
      console.info("smtp-terminal: the site is not kept for offline use:", fault.message);
    });
  // What the page itself needs comes first.
  if (document.readyState === "complete") register();
  else addEventListener("load", register);
}
