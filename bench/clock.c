/* A wall clock that is off by as many seconds as the file CLOCK_FILE says; clocks that only go on stay true.
   libfaketime cannot do it: Python's sleep asks for a moment of the monotonic clock, which it refuses. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void) {
  static const char *name;
  char text[32] = "";
  if (!name && !(name = getenv("CLOCK_FILE"))) name = "/dev/null";
  int file = open(name, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  long length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *moment) {
  int failed = syscall(SYS_clock_gettime, clock, moment);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) moment->tv_sec += offset();
  return failed;
}

int gettimeofday(struct timeval *moment, void *zone) {
  int failed = syscall(SYS_gettimeofday, moment, zone);
  if (!failed && moment) moment->tv_sec += offset();
  return failed;
}

time_t time(time_t *into) {
  struct timespec moment;
  clock_gettime(CLOCK_REALTIME, &moment);
  if (into) *into = moment.tv_sec;
  return moment.tv_sec;
}
