/**
 * Vectors as an embedding model gives them, from a seed: all of them lean the same way, those of a topic lie
 * together, and they fill far fewer dimensions than they have numbers. Uniform noise would be no test: there
 * the nearest is hardly nearer than any other.
 */
export function clusteredVectors(seed: number, dimensions: number) {
  const random = mulberry32(seed);
  const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const axes = Float32Array.from({ length: latent * dimensions }, () => gauss() / Math.sqrt(dimensions));
  const common = Float32Array.from({ length: dimensions }, () => (1.2 * gauss()) / Math.sqrt(dimensions));
  // Noise from a table: half a billion numbers from the generator would take longer than loading them.
  const noise = Float32Array.from({ length: 1 << 17 }, () => (noiseShare * gauss()) / Math.sqrt(dimensions));

  function placed(place: Float32Array): Float32Array {
    const vector = Float32Array.from(common);
    for (let axis = 0; axis < latent; axis += 1) {
      const by = place[axis] ?? 0;
      const from = axis * dimensions;
      for (let at = 0; at < dimensions; at += 1) vector[at] = (vector[at] ?? 0) + by * (axes[from + at] ?? 0);
    }
    return vector;
  }
  function topic(): Float32Array {
    return Float32Array.from({ length: latent }, () => gauss() / Math.sqrt(latent));
  }
  /** To length 1, after noise was added. */
  function finished(vector: Float32Array): Float32Array {
    const from = Math.floor(random() * (noise.length - dimensions));
    let length = 0;
    for (let at = 0; at < dimensions; at += 1) {
      const sum = (vector[at] ?? 0) + (noise[from + at] ?? 0);
      vector[at] = sum;
      length += sum * sum;
    }
    const scale = 1 / Math.sqrt(length);
    for (let at = 0; at < dimensions; at += 1) vector[at] = (vector[at] ?? 0) * scale;
    return vector;
  }
  const steps: Float32Array[] = [];
  /** From a few thousand directions: the sum of two is one of millions, and gaussian as each of them is. */
  function step(): Float32Array {
    const n = Math.floor(random() * stepsMax);
    const known = steps[n] ?? placed(topic()).map((value, at) => value - (common[at] ?? 0));
    steps[n] = known;
    return known;
  }

  return {
    topic,
    /** Near a topic: `spread` 0 is the topic itself. */
    near(topic: Float32Array, spread: number): Float32Array {
      return finished(placed(topic.map(value => value + (spread * gauss()) / Math.sqrt(latent))));
    },
    /** Gives one such after another, ten times as fast. */
    around(topic: Float32Array, spread: number): () => Float32Array {
      const middle = placed(topic);
      const share = spread / Math.SQRT2;
      return () => {
        const [one, other] = [step(), step()];
        const vector = new Float32Array(dimensions);
        for (let at = 0; at < dimensions; at += 1)
          vector[at] = (middle[at] ?? 0) + share * ((one[at] ?? 0) + (other[at] ?? 0));
        return finished(vector);
      };
    },
    random,
  };
}

const latent = 32;
const noiseShare = 0.35;
const stepsMax = 4096;

/** A small generator with a seed: the same numbers on every machine. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
