/* A bad line between two network namespaces, where the kernel has no netem: an Ethernet between two tap devices of the same name, one in
 * each, that passes on every frame late and some never. Which ones follows from the seed. Runs until SIGTERM, then says what it did. */
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_MOST = 2048, WAITING_MOST = 4096, SIDES = 2 };

struct frame {
  int64_t due; /* ms */
  int to;
  ssize_t length;
  char bytes[FRAME_MOST];
};

struct line {
  int taps[SIDES];
  int64_t delay;         /* ms each way */
  uint64_t loss, chance; /* percent of the frames each way */
  struct frame *waiting; /* a ring; all wait equally long, so the oldest is due first */
  int first, count;
  long passed, lost;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
  (void)signal;
  stopped = 1;
}

static int64_t now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int tap_make(const char *space, const char *name)
{
  char path[256];
  struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
  snprintf(path, sizeof(path), "/run/netns/%s", space);
  snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
  int there = open(path, O_RDONLY | O_CLOEXEC);
  if (there < 0 || setns(there, CLONE_NEWNET) != 0) return -1;
  close(there);
  int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  return tap >= 0 && ioctl(tap, TUNSETIFF, &request) == 0 ? tap : -1;
}

static void take(struct line *line, int side)
{
  struct frame *frame = &line->waiting[(line->first + line->count) % WAITING_MOST];
  while (line->count < WAITING_MOST && (frame->length = read(line->taps[side], frame->bytes, FRAME_MOST)) > 0) {
    line->chance ^= line->chance << 13;
    line->chance ^= line->chance >> 7;
    line->chance ^= line->chance << 17;
    if (line->chance % 100 < line->loss) {
      line->lost++;
      continue;
    }
    frame->due = now() + line->delay;
    frame->to = SIDES - 1 - side;
    line->count++;
    frame = &line->waiting[(line->first + line->count) % WAITING_MOST];
  }
}

static void give(struct line *line)
{
  for (; line->count && line->waiting[line->first].due <= now(); line->first = (line->first + 1) % WAITING_MOST, line->count--) {
    const struct frame *frame = &line->waiting[line->first];
    if (write(line->taps[frame->to], frame->bytes, (size_t)frame->length) == frame->length) line->passed++;
  }
}

static void run(struct line *line)
{
  while (!stopped) {
    struct pollfd polled[SIDES] = { { line->taps[0], POLLIN, 0 }, { line->taps[1], POLLIN, 0 } };
    int64_t wait = line->count ? line->waiting[line->first].due - now() : -1;
    poll(polled, SIDES, line->count && wait < 0 ? 0 : (int)wait);
    for (int side = 0; side < SIDES; side++)
      if (polled[side].revents & POLLIN) take(line, side);
    give(line);
  }
}

int main(int count, char *words[])
{
  if (count != 7) {
    fprintf(stderr, "bad_line SPACE SPACE DEVICE DELAY-MS LOSS-PERCENT SEED\n");
    return 2;
  }
  struct line line = { .delay = atol(words[4]),
                       .loss = (uint64_t)atol(words[5]),
                       .chance = strtoull(words[6], NULL, 10) * 0x9E3779B97F4A7C15u + 1 };
  line.waiting = calloc(WAITING_MOST, sizeof(*line.waiting));
  for (int side = 0; side < SIDES; side++) {
    line.taps[side] = tap_make(words[1 + side], words[3]);
    if (line.taps[side] < 0 || !line.waiting) {
      perror(words[1 + side]);
      return 77;
    }
  }
  sigaction(SIGTERM, &(struct sigaction){ .sa_handler = stop }, NULL);
  printf("ready\n");
  fflush(stdout);
  run(&line);
  printf("%ld passed, %ld lost\n", line.passed, line.lost);
  free(line.waiting);
  return 0;
}
