/** Vectors of a chain of grants, as docs/protocol.md has them (N-1). The keys are those of RFC 8032 section 7.1. */

/** Private and public, base64url: the edge's, then the first, second and third holder's. */
export const EDGE_KEY = {
  seed: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
  key: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
};
export const HOLDER_KEYS = [
  {
    seed: "TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs",
    key: "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
  },
  {
    seed: "xaqN9D-fg3vtt0QvMdy3sWbThTUHbwlLhc46LgtEWPc",
    key: "_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU",
  },
  {
    seed: "9eV2fPFTMZUXYw8iaHa4bIFgzFg7wBN0TGvyVfXMDuU",
    key: "J4EX_BRMcjQPZ9DyMW6Dhs7_vyskKMnFH-98WX8dQm4",
  },
] as const;

/** The edge's secret, as SIGNING_KEY has it. */
export const SIGNING_KEY = JSON.stringify({ kty: "OKP", crv: "Ed25519", d: EDGE_KEY.seed, x: EDGE_KEY.key });

/** Unix milliseconds at which the vectors are looked at; they end a day later, the last an hour later. */
export const MADE_AT = 1_800_000_000_000;

/** What the edge states: 20 uses, view and audio and touch. */
export const ROOT =
  "eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsiLCJ0eXAiOiJuZWFyZ2xhc3MtbGluaytqd3QifQ.eyJsaW5rIjoidmVjdG9yIiwidGVuYW50IjoiZGVmYXVsdCIsInJlZ2lvbiI6ImxvY2FsIiwicmlnaHRzIjpbInZpZXciLCJhdWRpbyIsInRvdWNoIl0sInVzZXMiOjIwLCJzaGFyZWQiOnRydWUsIm5leHQiOiJQVUFYdy1oRGlWcVN0d3FuVFJ0LXZKeVlMTTh1eEphTXdNMVY4U3IwWmd3IiwiaXNzIjoibmVhcmdsYXNzIiwiYXVkIjoibGluayIsImp0aSI6InZlY3RvciIsImlhdCI6MTgwMDAwMDAwMCwiZXhwIjoxODAwMDg2NDAwfQ.Amdysm28DvZ3EDWS-8TFO5uwghQ0Ja8vDsrFK1hpgW-fKtWdM44yxYOfRExwQ3t-LJo6KZMJGcRmEH8vcTG4BA";
/** The first holder: without touch, in two countries, for Bob. */
export const FIRST_BLOCK =
  "eyJyaWdodHMiOlsidmlldyIsImF1ZGlvIl0sImNvdW50cmllcyI6WyJERSIsIkZSIl0sIm5hbWUiOiJCb2IiLCJuZXh0IjoiX0ZITmptSVlvYU9OcEg3UUFqRHdXQWdXN1JPNk13T3NYZXVSRlVpUWdDVSJ9.Px6vtX0-YobDj9k5xYKmF6JIfIWDCdp9LKVHCr7jsl0JrngWyJ8zqdunpF0gEQIjFuk6aeXwk8IS0fhG1oKRAg";
/** The second holder: to look at, once, within an hour. */
export const SECOND_BLOCK =
  "eyJyaWdodHMiOlsidmlldyJdLCJleHBpcmVzQXQiOjE4MDAwMDM2MDAsInVzZXMiOjEsIm5leHQiOiJKNEVYX0JSTWNqUVBaOUR5TVc2RGhzN192eXNrS01uRkgtOThXWDhkUW00In0.M6amy1QgmG5Wm9hiR3-GgSSD_YuovYYTC0j1mK_v3mWZ3kUXPlbUHC9eSFd9ZIV7S0tNAYMIrEd6bJYpNo9wCg";
export const SEAL = "seal.4htLbMp7AgvW3xBI0Lv-0Fs5lw3jJ9Vvsp_afPrIG3LEmXKsPeK5g8sJhlkwT_BptUJSTt8c2cauh1UGfV_VBQ";

/** The payloads before they are base64url. */
export const FIRST_PAYLOAD =
  '{"rights":["view","audio"],"countries":["DE","FR"],"name":"Bob","next":"_FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU"}';
export const SECOND_PAYLOAD =
  '{"rights":["view"],"expiresAt":1800003600,"uses":1,"next":"J4EX_BRMcjQPZ9DyMW6Dhs7_vyskKMnFH-98WX8dQm4"}';
