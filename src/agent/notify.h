/* The desktop's side of an alarm: a child process of the agent shows one notice and waits for what comes of it. */
#ifndef AGENT_NOTIFY_H
#define AGENT_NOTIFY_H

struct err;

/* Reads the alarms as JSON (struct message) from standard input, shows them by libnotify, and says on standard output "shown", then
 * "answer" when somebody there answered. Ends when the notice is closed, or at SIGTERM. May block where the notification service does:
 * whoever started it has a deadline. -1: no notice can be shown here. */
int notify_show(struct err *err);

#endif
