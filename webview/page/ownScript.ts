const script = document.currentScript;

/** The script of this page: what lies beside it can be loaded too, by the same nonce. Must be read while it first runs. */
export const ownScript =
  script instanceof HTMLScriptElement
    ? { url: script.src, nonce: script.nonce }
    : { url: location.href, nonce: '' };
