import type { GpuFault } from '../../common/protocol/engine/api';
import type { GpuFaultMemory } from '../../common/engineClient/runningEngine';

/** The part of VS Code's memory that is used. */
interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'gpuFaults';

/** What is kept: with another version of the extension everything is tried again. */
interface Kept {
  readonly version: string;
  readonly faults: readonly GpuFault[];
}

/**
 * What WebGPU was found to compute wrongly on this machine. All pages and windows share it, and it outlives them; it is
 * not taken along to other machines.
 */
export class GpuFaults implements GpuFaultMemory {
  readonly #memory: Memory;
  readonly #version: string;
  readonly #onFault: (fault: GpuFault) => void;

  /** @param onFault hears of each the first time. */
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
      const kept: Kept = { version: this.#version, faults: [...faults, fault] };
      await this.#memory.update(key, kept);
    }
  }

  #faults(): readonly GpuFault[] {
    const kept = this.#memory.get(key) as Kept | undefined; // Written here alone.
    return kept?.version === this.#version ? kept.faults : [];
  }
}
