/** Remembers what WebGPU computes wrongly on this machine. */
import type { GpuFault } from '../../common/protocol/engine/api';
import type { GpuFaultMemory } from '../../common/engineClient/runningEngine';

/** The part of `vscode.Memento` that is used. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'gpuFaults';

/** The stored value. Another version of the extension ignores it and tries everything again. */
interface StoredFaults {
  readonly version: string;
  readonly faults: readonly GpuFault[];
}

/**
 * Remembers which models WebGPU was found to compute wrongly on this machine. All pages and windows share this memory,
 * and it outlives them; it is not synced to other machines.
 */
export class GpuFaults implements GpuFaultMemory {
  readonly #memory: Memory;
  readonly #version: string;
  readonly #onFault: (fault: GpuFault) => void;

  /** @param onFault is called with each fault the first time. */
  constructor(memory: Memory, version: string, onFault: (fault: GpuFault) => void) {
    this.#memory = memory;
    this.#version = version;
    this.#onFault = onFault;
  }

  known(): Promise<readonly GpuFault[]> {
    return Promise.resolve(this.#faults());
  }

  async remember(fault: GpuFault): Promise<void> {
    const faults = this.#faults();
    const isKnown = faults.some(
      ({ adapter, modelId }) => adapter === fault.adapter && modelId === fault.modelId,
    );
    if (!isKnown) {
      this.#onFault(fault);
      const kept: StoredFaults = { version: this.#version, faults: [...faults, fault] };
      await this.#memory.update(key, kept);
    }
  }

  #faults(): readonly GpuFault[] {
    const kept = this.#memory.get(key) as StoredFaults | undefined; // Only this class writes it.
    return kept?.version === this.#version ? kept.faults : [];
  }
}
