const SPECIAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff&<>"']/;

/** Text for HTML and SVG, in content and in quoted attributes; characters that XML forbids become spaces. */
export function escapeMarkup(text: string): string {
  if (!SPECIAL.test(text)) return text; // as most are: one look in place of six
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, " ")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
