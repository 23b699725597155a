/* Makes a station of years for benches and for trying things out: mkstation [-n OPERATIONS] [-s SEED] [-e] PATH */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "ten_years.h"

static int usage(void)
{
  fputs("usage: mkstation [-n OPERATIONS] [-s SEED] [-e] PATH\n"
        "  -n OPERATIONS  how many (1000000: ten years)\n"
        "  -s SEED        other records (1)\n"
        "  -e             log entries only\n",
        stderr);
  return 2;
}

int main(int argc, char *argv[])
{
  struct ten_years plan = { .operations = 1000000, .seed = 1 };
  struct err err = ERR_INIT;
  setlocale(LC_ALL, "C.UTF-8"); /* what is a word depends on it */
  for (int option; (option = getopt(argc, argv, "n:s:e")) != -1;) {
    if (option == 'n')
      plan.operations = atoll(optarg);
    else if (option == 's')
      plan.seed = strtoull(optarg, NULL, 10);
    else if (option == 'e')
      plan.entries_only = true;
    else
      return usage();
  }
  if (optind + 1 != argc || plan.operations < 1) return usage();
  if (ten_years_make(argv[optind], &plan, &err) == 0) return 0;
  fprintf(stderr, "mkstation: %s\n", err.text);
  return 1;
}
