import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  sign,
  verify,
} from "node:crypto";
import type { IServiceAccount } from "kubernetes-models/v1/ServiceAccount";
import type { KubernetesObject } from "../../../common/kubernetes/objects.ts";
import { pods, secrets, serviceAccounts } from "../../api/resources.ts";
import type { User } from "../http/exchange.ts";
import type { Pipeline } from "../requests/pipeline.ts";
import { readClaims, type TokenClaims, tokenText } from "./tokenClaims.ts";

export const tokenIssuer = "https://kubernetes.default.svc.cluster.local";

/** What a token is asked for, beside its account. */
export interface TokenWish {
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** The Pod or Secret whose end is the token's end. */
  readonly boundTo: KubernetesObject | undefined;
  /** Milliseconds. */
  readonly now: number;
}

/** Issues and recognises tokens of service accounts: JWTs signed with the cluster's key (pkg/serviceaccount). */
export class ServiceAccountTokens {
  readonly #key: ReturnType<typeof createPrivateKey>;

  /** `signingKey`: PEM of an EC P-256 key; without one, tokens are worth nothing after this process. */
  constructor(signingKey?: string) {
    this.#key =
      signingKey === undefined
        ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
        : createPrivateKey(signingKey);
  }

  issue({ metadata }: IServiceAccount, { audiences, expirationSeconds, boundTo, now }: TokenWish): string {
    const seconds = Math.floor(now / 1000);
    const kind = boundTo?.kind?.toLowerCase();
    const bound = { name: boundTo?.metadata?.name ?? "", uid: boundTo?.metadata?.uid ?? "" };
    const claims: TokenClaims = {
      aud: audiences,
      exp: seconds + expirationSeconds,
      iat: seconds,
      iss: tokenIssuer,
      jti: randomUUID(),
      "kubernetes.io": {
        namespace: metadata?.namespace ?? "",
        ...(kind ? { [kind]: bound } : {}),
        serviceaccount: { name: metadata?.name ?? "", uid: metadata?.uid ?? "" },
      },
      nbf: seconds,
      sub: `system:serviceaccount:${metadata?.namespace}:${metadata?.name}`,
    };
    return tokenText(claims, (text) =>
      sign("sha256", Buffer.from(text), { key: this.#key, dsaEncoding: "ieee-p1363" }),
    );
  }

  /** Whom a token belongs to; undefined when it is not ours, over, or what it is bound to is gone. */
  userOf(
    pipeline: Pipeline,
    token: string,
    now: number,
  ): (User & { readonly audiences: readonly string[] }) | undefined {
    const publicKey = createPublicKey(this.#key);
    const claims = readClaims(token, (text, signature) =>
      verify("sha256", Buffer.from(text), { key: publicKey, dsaEncoding: "ieee-p1363" }, signature),
    );
    const seconds = now / 1000;
    if (!claims || claims.iss !== tokenIssuer || seconds < claims.nbf || seconds >= claims.exp) {
      return undefined;
    }
    return isStillThere(pipeline, claims) ? userIn(claims) : undefined;
  }
}

function isStillThere(pipeline: Pipeline, claims: TokenClaims): boolean {
  const { namespace, serviceaccount, pod, secret } = claims["kubernetes.io"];
  const lives = (resource: typeof serviceAccounts | typeof pods | typeof secrets, reference: typeof pod) =>
    reference === undefined ||
    pipeline.find(resource, { namespace, name: reference.name })?.metadata?.uid === reference.uid;
  return lives(serviceAccounts, serviceaccount) && lives(pods, pod) && lives(secrets, secret);
}

function userIn(claims: TokenClaims): User & { readonly audiences: readonly string[] } {
  const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
  return {
    name: claims.sub,
    uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    extra: {
      "authentication.kubernetes.io/credential-id": [`JTI=${claims.jti}`],
      ...(pod
        ? {
            "authentication.kubernetes.io/pod-name": [pod.name],
            "authentication.kubernetes.io/pod-uid": [pod.uid],
          }
        : {}),
    },
    audiences: claims.aud,
  };
}
