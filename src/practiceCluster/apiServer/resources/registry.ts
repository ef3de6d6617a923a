import type { Disposable } from "../../../common/disposable.ts";
import { groupResourceOf, type Resource } from "../../api/resource.ts";
import { refusals } from "../requests/errors.ts";
import type { ResourceDefinition } from "./definition.ts";

/** Every resource that one cluster has: the built-in ones, and those that CustomResourceDefinitions add and take away. */
export class ResourceRegistry {
  readonly #builtIn: readonly ResourceDefinition[];
  readonly #custom = new Map<string, readonly ResourceDefinition[]>();
  readonly #listeners = new Set<(resource: Resource) => void>();
  #byKey: ReadonlyMap<string, ResourceDefinition>;
  /** Resources are constants that are asked for all the time. */
  #byResource = new WeakMap<Resource, ResourceDefinition>();

  constructor(builtIn: readonly ResourceDefinition[]) {
    this.#builtIn = builtIn;
    this.#byKey = keyed(builtIn);
  }

  get definitions(): readonly ResourceDefinition[] {
    return [...this.#builtIn, ...[...this.#custom.values()].flat()];
  }

  /** What is stored under a name of its own. */
  get stored(): readonly Resource[] {
    return this.definitions.filter(({ answer, view }) => !answer && !view).map(({ resource }) => resource);
  }

  /** How the server treats a resource. Throws 404 for one that it does not have. */
  definitionOf(resource: Resource): ResourceDefinition {
    const known = this.#byResource.get(resource);
    if (known) {
      return known;
    }
    const definition = this.#byKey.get(keyOf(resource)) ?? this.#byKey.get(groupResourceOf(resource));
    if (!definition) {
      throw refusals.noSuchResource();
    }
    this.#byResource.set(resource, definition);
    return definition;
  }

  /** The definition of a path's group, version and plural name; undefined when the server does not serve it. */
  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#byKey.get(`${group}/${version}/${plural}`);
  }

  /** Serves what a CustomResourceDefinition adds, in place of what it added before; nothing: no longer. */
  setCustom(name: string, definitions: readonly ResourceDefinition[]): void {
    const known = new Set(this.stored.map(groupResourceOf));
    if (definitions.length === 0) {
      this.#custom.delete(name);
    } else {
      this.#custom.set(name, definitions);
    }
    this.#byKey = keyed(this.definitions);
    this.#byResource = new WeakMap();
    for (const resource of this.stored) {
      if (!known.has(groupResourceOf(resource))) {
        for (const listener of this.#listeners) {
          listener(resource);
        }
      }
    }
  }

  /** Calls `listener` with each resource that begins to be stored. */
  onAdded(listener: (resource: Resource) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }
}

function keyOf({ group, version, resource }: Resource): string {
  return `${group}/${version}/${resource}`;
}

/** By group, version and name, and the stored ones by group and name alone. */
function keyed(definitions: readonly ResourceDefinition[]): Map<string, ResourceDefinition> {
  const byKey = new Map<string, ResourceDefinition>();
  for (const definition of definitions) {
    byKey.set(keyOf(definition.resource), definition);
    if (!definition.view) {
      byKey.set(groupResourceOf(definition.resource), definition);
    }
  }
  return byKey;
}
