import type { Store } from './store.ts';

/** Settles what was put: it stays for good, or goes. */
export type Settle = (isKept: boolean) => Promise<void>;

/** Content that rows being written at this moment share, by its path. */
const shared = new WeakMap<Store, Map<string, { users: number; isNew: boolean }>>();

/**
 * Puts content under a path that is named after it, unless it is there. Should its row not be kept it goes again, if it was
 * new, and no other row that is being written refers to it.
 */
export async function putShared(store: Store, path: string, content: Uint8Array): Promise<Settle> {
  const uses = shared.get(store) ?? new Map<string, { users: number; isNew: boolean }>();
  shared.set(store, uses);
  const use = uses.get(path) ?? { users: 0, isNew: false };
  uses.set(path, use);
  use.users += 1;
  const settle: Settle = async (isKept) => {
    use.users -= 1;
    if (isKept) use.isNew = false;
    if (use.users > 0) return;
    uses.delete(path);
    if (use.isNew) await store.remove(path);
  };
  try {
    if ((await store.stat(path))?.size !== content.length) {
      await store.write(path, content);
      use.isNew = true;
    }
    return settle;
  } catch (error) {
    await settle(false).catch(() => undefined);
    throw error;
  }
}

/** Puts content under a path of its own. */
export async function putOwn(store: Store, path: string, content: Uint8Array): Promise<Settle> {
  await store.write(path, content);
  return async (isKept) => {
    if (!isKept) await store.remove(path);
  };
}
