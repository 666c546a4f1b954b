/** What the platform knows of a request's whereabouts; a part of `request.cf`. */
export interface Whereabouts {
  readonly continent?: string;
  /** ISO 3166-1 alpha-2; `T1` is Tor. */
  readonly country?: string;
  /** Degrees east, as text. */
  readonly longitude?: string;
}

/** Where a session goes when nothing is known of its first viewer. */
const SOMEWHERE: DurableObjectLocationHint = "weur";

/** The meridian that halves the land between Denver and Chicago. */
const NORTH_AMERICA_SPLIT_DEGREES = -97;
/** East of Germany, Austria and Italy's heel. */
const EUROPE_SPLIT_DEGREES = 18.6;

const NORTH_EAST_ASIA = new Set(["CN", "HK", "JP", "KP", "KR", "MN", "MO", "RU", "TW"]);
const SOUTH_EAST_ASIA = new Set(["BN", "CC", "CX", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"]);
const MIDDLE_EAST = new Set([
  "AE",
  "BH",
  "CY",
  "IL",
  "IQ",
  "IR",
  "JO",
  "KW",
  "LB",
  "OM",
  "PS",
  "QA",
  "SA",
  "SY",
  "TR",
  "YE",
]);
/** Their cables lead to Europe. */
const CAUCASUS_AND_CENTRAL_ASIA = new Set(["AM", "AZ", "GE", "KG", "KZ", "TJ", "TM", "UZ"]);

/** The platform region that is likely nearest to the person who opens a session. */
export function locationHintFor({ continent, country = "", longitude }: Whereabouts): DurableObjectLocationHint {
  switch (continent) {
    case "NA":
      return isWestOf(longitude, NORTH_AMERICA_SPLIT_DEGREES) ? "wnam" : "enam";
    case "SA":
      return "sam";
    case "EU":
      return longitude === undefined || isWestOf(longitude, EUROPE_SPLIT_DEGREES) ? "weur" : "eeur";
    case "AF":
      return "afr";
    case "OC":
      return "oc";
    case "AS":
      return asianHint(country);
    default:
      return SOMEWHERE;
  }
}

function asianHint(country: string): DurableObjectLocationHint {
  if (NORTH_EAST_ASIA.has(country)) return "apac-ne";
  if (SOUTH_EAST_ASIA.has(country)) return "apac-se";
  if (MIDDLE_EAST.has(country)) return "me";
  if (CAUCASUS_AND_CENTRAL_ASIA.has(country)) return "eeur";
  return "apac";
}

function isWestOf(longitude: string | undefined, degrees: number): boolean {
  return longitude !== undefined && Number(longitude) < degrees;
}
