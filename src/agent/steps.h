/* The clock on the wall, watched: waking at an instant of it, and noticing that somebody has set it. */
#ifndef AGENT_STEPS_H
#define AGENT_STEPS_H

#include <stdint.h>

struct steps {
  int timer;             /* becomes readable at the instant, or when the clock is set; -1: the kernel has none */
  int64_t wall, running; /* both clocks as last seen: what they differ in is a step */
};

void steps_start(struct steps *steps);
void steps_stop(struct steps *steps);
/* The timer wakes at `instant` (0: never), and at each setting of the clock. */
void steps_wake_at(struct steps *steps, int64_t instant);
/* How far the clock was set since the last call, in ms; 0: less than counts (CLOCK_STEP_LEAST). Time asleep (suspend) is no step. */
int64_t steps_taken(struct steps *steps);

#define STEPS_LEAST (2 * INT64_C(1000))

#endif
