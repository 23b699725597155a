/* The demo: a township in the middle of a wet shift, made through the desk's own rules, with all times relative to now. Its words are
 * Chinese, as the data of a Chinese station are. */
#ifndef DESK_DEMO_H
#define DESK_DEMO_H

#include "desk/desk.h"

/* For init --demo without --area and --name. No such county exists. */
#define DEMO_AREA "420999101000"
#define DEMO_NAME "青溪镇值班室（演示）"

/* Fills a station that is set up (setup_init) and otherwise empty. It must be a township. -1: what was done until then stays, so remove
 * the database. */
int demo_fill(struct desk *desk, struct err *err);

/* One translated line that says that this is the demo and names its officers with their PINs; NULL if this database is not the demo. The
 * caller frees. */
char *demo_banner(struct desk *desk);

#endif
