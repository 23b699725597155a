#include "agent/steps.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Goes on while the machine sleeps, and nobody sets it. */
static int64_t running_clock(void)
{
  struct timespec now;

  clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * CLOCK_SECOND + now.tv_nsec / 1000000;
}

void steps_start(struct steps *steps)
{
  steps->timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  steps->wall = clock_now();
  steps->running = running_clock();
}

void steps_stop(struct steps *steps)
{
  if (steps->timer >= 0) close(steps->timer);
  steps->timer = -1;
}

/* Far away is as good as never, and still wakes when the clock is set. */
void steps_wake_at(struct steps *steps, int64_t instant)
{
  int64_t at = instant != 0 ? instant : clock_now() + 3650 * CLOCK_DAY;
  struct itimerspec when = { .it_value = { .tv_sec = at / 1000, .tv_nsec = at % 1000 * 1000000 } };
  uint64_t times;

  if (steps->timer < 0) return;
  if (read(steps->timer, &times, sizeof times) < 0) { /* ECANCELED: the clock was set; steps_taken() sees by how much */
  }
  timerfd_settime(steps->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}

int64_t steps_taken(struct steps *steps)
{
  int64_t wall = clock_now(), running = running_clock(), step = (wall - steps->wall) - (running - steps->running);

  steps->wall = wall;
  steps->running = running;
  return step >= STEPS_LEAST || step <= -STEPS_LEAST ? step : 0;
}
