"use strict";
// Derive the key from the passphrase, decrypt the page, replace this one by it.
// In a block: the opened page shares this global scope and must not meet our names.
{
  const form = document.querySelector("form");
  const bytes = (id) => Uint8Array.from(atob(document.getElementById(id).textContent), (sign) => sign.charCodeAt(0));
  const show = (text) => { document.getElementById("status").textContent = text; };
  // Where this page was sealed for is part of what is decrypted: a page that was moved does not open in its new place.
  // Saved files and pages that were sealed to standard output are at home anywhere. Servers hide index.html, .html.
  const { mark, place, rounds } = form.dataset;
  const isInItsPlace = () => {
    if (!place || location.protocol === "file:") { return true; }
    const path = decodeURIComponent(location.pathname);
    return [path, `${path}index.html`, `${path}.html`].some((one) => one.endsWith(`/${place}`));
  };
  const opened = async (passphrase) => {
    const letters = new TextEncoder().encode(passphrase.trim().normalize("NFKC"));
    const bound = new TextEncoder().encode(`${mark}\n${place}`);
    const raw = await crypto.subtle.importKey("raw", letters, "PBKDF2", false, ["deriveKey"]);
    const key = await crypto.subtle.deriveKey(
      { name: "PBKDF2", hash: "SHA-256", salt: bytes("salt"), iterations: Number(rounds) },
      raw, { name: "AES-GCM", length: 256 }, false, ["decrypt"]);
    const way = { name: "AES-GCM", iv: bytes("nonce"), additionalData: bound };
    const packed = await crypto.subtle.decrypt(way, key, bytes("sealed"));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!globalThis.crypto?.subtle) { show("This browser opens it over https or from a file only."); return; }
    if (!isInItsPlace()) {
      const moved = `This page was sealed for ${place} and stands elsewhere`;
      show(`${moved}: it may have been swapped. A saved copy opens.`);
      return;
    }
    show("Opening …");
    let page;
    try {
      page = await opened(document.getElementById("passphrase").value);
    } catch {
      show("This passphrase does not open the report.");
      return;
    }
    document.open();
    document.write(page);
    document.close();
  });
  form.hidden = false;
}
