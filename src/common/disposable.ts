/** Something that holds a resource until it is disposed; disposing twice does nothing. */
export interface Disposable {
  dispose(): void;
}

/** A list of disposables that also disposes what is added after its own end. */
export class DisposableList implements Disposable {
  #items: Disposable[] = [];
  #disposed = false;

  add<T extends Disposable>(item: T): T {
    if (this.#disposed) {
      item.dispose();
    } else {
      this.#items.push(item);
    }
    return item;
  }

  dispose(): void {
    this.#disposed = true;
    const items = this.#items.reverse();
    this.#items = [];
    for (const item of items) {
      item.dispose();
    }
  }
}
