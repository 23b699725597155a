/* Machines that die at any write, or go back in time: backups and disk images that are put back. */
#include "sim/world.h"

#include <stdlib.h>
#include <sys/wait.h>

/* --- going back in time --------------------------------------------------------------------------------------------------------------- */

static bool anybody_else_has(struct sim *sim, int station, int token)
{
  for (int other = 0; other < sim->count; other++)
    if (other != station && holds(sim, other, token)) return true;
  return false;
}

static void note_losses(struct sim *sim, int station, int from)
{
  for (int token = from; token < sim->token_count; token++)
    if (holds(sim, station, token) && !anybody_else_has(sim, station, token)) sim->tokens[token].may_be_lost = true;
}

void do_backup(struct sim *sim, int station)
{
  struct err err = ERR_INIT;
  if (sim->backups[station]) unlink(sim->backups[station]);
  free(sim->backups[station]);
  sim->backups[station] = mem_printf("%s/backup%d", sim->place->directory, station);
  DONE(backup_make(sim->desks[station]->store, sim->backups[station], NULL, &err));
}

/* Two lives of one machine, and the one that goes on does not know it yet. Going back once more would end both: what each had said to
 * others then stays where it was heard (doc/JOURNAL.md "Renewal"). */
static bool is_unsettled(const struct sim *sim, int station)
{
  return sim->unsettled[station] == store_node(sim->desks[station]->store);
}

void do_restore(struct sim *sim, int station)
{
  struct err err = ERR_INIT;
  bool only_here[TOKENS_MOST];
  if (!sim->backups[station] || is_unsettled(sim, station)) return;
  sim->has_lost = true;
  for (int token = 0; token < sim->token_count; token++)
    only_here[token] = holds(sim, station, token) && !anybody_else_has(sim, station, token);
  char *path = mem_dup(store_path(sim->desks[station]->store)), *aside = NULL;
  desk_close(sim->desks[station]);
  DONE(backup_restore(path, sim->backups[station], desk_kinds(), &aside, &err));
  opened(sim, station, path);
  for (int token = 0; token < sim->token_count; token++) /* whenever it was written: it may have come after the backup */
    sim->tokens[token].may_be_lost |= only_here[token] && !holds(sim, station, token);
  free(path);
  free(aside);
}

/* A disk image that is put back with its key: nobody can see it from here. */
void do_image(struct sim *sim, int station)
{
  if (is_unsettled(sim, station) || sim->twice_count == TWICE_MOST) return;
  sim->has_lost = true;
  sim->twice[sim->twice_count++] = store_node(sim->desks[station]->store);
  char *path = mem_dup(store_path(sim->desks[station]->store)), *key = mem_printf("%s.key", path);
  char *image = mem_printf("%s.image", path), *image_key = mem_printf("%s.key.image", path);
  desk_close(sim->desks[station]);
  copy_over(path, image);
  copy_over(key, image_key);
  opened(sim, station, path);
  int tokens = sim->token_count;
  for (int step = 0; step < 4; step++) do_write(sim, station);
  do_line(sim, station, some_neighbour(sim, station), true);
  note_losses(sim, station, tokens);
  desk_close(sim->desks[station]);
  copy_over(image, path);
  copy_over(image_key, key);
  opened(sim, station, path);
  for (int step = 0; step < 3; step++) do_write(sim, station);
  sim->unsettled[station] = store_node(sim->desks[station]->store);
  do_line(sim, station, some_neighbour(sim, station), true);
  sim->has_forked = true;
  free(path);
  free(key);
  free(image);
  free(image_key);
}

/* --- a machine dies ------------------------------------------------------------------------------------------------------------------- */

/* Everything is done by a child that opens the databases for itself and dies at one of its writes, wherever that is: in a commit, in the
 * key file, in a clean-up. What it tells us of before that (sim is shared with it) has to be there. */
void do_death(struct sim *sim, int station)
{
  int other = some_neighbour(sim, station);
  sim->has_lost = true;
  uint64_t nodes[2] = { store_node(sim->desks[station]->store), store_node(sim->desks[other]->store) };
  char *paths[2] = { mem_dup(store_path(sim->desks[station]->store)), mem_dup(store_path(sim->desks[other]->store)) };
  desk_close(sim->desks[station]);
  desk_close(sim->desks[other]);
  sim->breaker->mode = BREAKER_KILLS;
  sim->breaker->at = (long)chance(sim, 120);
  uint64_t after = sim->chance * 2 + 1; /* the child's chances are its own */
  fflush(NULL);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    breaker_arm(sim->breaker);
    opened(sim, station, paths[0]);
    opened(sim, other, paths[1]);
    for (int step = 0; step < 2; step++) do_write(sim, station);
    do_line(sim, station, other, true);
    desk_close(sim->desks[station]);
    desk_close(sim->desks[other]);
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  if (!(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
    fail_msg("seed %llu: the child ended with %x", (unsigned long long)sim->seed, status);
  sim->tally[DEATHS] += WIFSIGNALED(status);
  opened(sim, station, paths[0]);
  opened(sim, other, paths[1]);
  sim->chance = after;
  tell("station %d died at write %ld of an exchange with %d\n", station, sim->breaker->at, other);
  struct token *begun = &sim->tokens[sim->token_count];
  if (sim->token_count < TOKENS_MOST && begun->scope) { /* nobody was told that it is there, and it may be there all the same */
    begun->may_be_lost = true;
    sim->token_count++;
  }
  sim->has_forked |= nodes[0] != store_node(sim->desks[station]->store) || nodes[1] != store_node(sim->desks[other]->store);
  free(paths[0]);
  free(paths[1]);
}
