#include "sync/routes.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#ifndef IFF_LOWER_UP /* <net/if.h> has it not, and <linux/if.h> does not go along with it */
#define IFF_LOWER_UP 0x10000
#endif

void routes_open(struct routes *routes)
{
  struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE };

  *routes = (struct routes){ .descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE),
                             .without_carrier = UINT64_MAX };
  if (routes->descriptor >= 0 && bind(routes->descriptor, (struct sockaddr *)&address, sizeof(address)) != 0) routes_close(routes);
}

void routes_close(struct routes *routes)
{
  if (routes->descriptor >= 0) close(routes->descriptor);
  routes->descriptor = -1;
}

/* The kernel speaks of a link for many reasons. */
static bool carrier_came(struct routes *routes, const struct ifinfomsg *link)
{
  uint64_t bit = UINT64_C(1) << ((unsigned)link->ifi_index % 64);
  bool was_without = (routes->without_carrier & bit) != 0;

  if ((link->ifi_flags & IFF_LOWER_UP) == 0) {
    routes->without_carrier |= bit;
    return false;
  }
  routes->without_carrier &= ~bit;
  return was_without;
}

static bool means_came(struct routes *routes, const struct nlmsghdr *message)
{
  if (message->nlmsg_type == RTM_NEWROUTE) return true;
  return message->nlmsg_type == RTM_NEWLINK && message->nlmsg_len >= NLMSG_LENGTH(sizeof(struct ifinfomsg)) &&
         carrier_came(routes, NLMSG_DATA(message));
}

bool routes_look(struct routes *routes)
{
  _Alignas(struct nlmsghdr) char bytes[8192];
  ssize_t length;
  bool came = false;

  while ((length = recv(routes->descriptor, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0 || (length < 0 && errno == ENOBUFS)) {
    came |= length < 0; /* so much happened that some of it is lost */
    unsigned left = length > 0 ? (unsigned)length : 0;
    for (struct nlmsghdr *message = (struct nlmsghdr *)(void *)bytes; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left))
      came |= means_came(routes, message);
  }
  if (came) routes->came = clock_monotonic();
  return came;
}
