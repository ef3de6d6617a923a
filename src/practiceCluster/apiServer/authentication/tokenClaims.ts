/** An object that a token is bound to. */
export interface TokenReference {
  readonly name: string;
  readonly uid: string;
}

/** The claims of a service account's token (pkg/serviceaccount/claims.go). */
export interface TokenClaims {
  readonly aud: readonly string[];
  /** Seconds since the epoch, as the other times. */
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: TokenReference;
    readonly pod?: TokenReference;
    readonly secret?: TokenReference;
  };
  readonly nbf: number;
  readonly sub: string;
}

const header = { alg: "ES256", typ: "JWT" };

/** The compact form of a JWT. */
export function tokenText(claims: TokenClaims, sign: (text: string) => Buffer): string {
  const text = `${encoded(header)}.${encoded(claims)}`;
  return `${text}.${sign(text).toString("base64url")}`;
}

/** The claims of a token whose signature holds; undefined for anything else. */
export function readClaims(
  token: string,
  isSigned: (text: string, signature: Buffer) => boolean,
): TokenClaims | undefined {
  const [head = "", body = "", signature = "", ...rest] = token.split(".");
  if (head !== encoded(header) || rest.length > 0) {
    return undefined;
  }
  return isSigned(`${head}.${body}`, Buffer.from(signature, "base64url"))
    ? (JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as TokenClaims)
    : undefined;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
