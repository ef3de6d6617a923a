/** The words that SPDY/3.1 header blocks are compressed with. */
declare module "spdy-transport/lib/spdy-transport/protocol/spdy/dictionary.js" {
  const dictionary: Readonly<Record<number, Buffer>>;
  export default dictionary;
}
