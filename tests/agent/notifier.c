/* A notification service for tests: takes org.freedesktop.Notifications on the session bus and writes what it is asked to show into a
 * file, one line each: "notify URGENCY SUMMARY | BODY", "close ID". Words: the file, then what it does beside: "answer" presses the
 * action of that name, "mute" never replies. */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_LIBNOTIFY

#include <gio/gio.h>

static const char interface[] =
  "<node><interface name='org.freedesktop.Notifications'>"
  "<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/><arg type='s' "
  "direction='in'/>"
  "<arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/><arg type='i' direction='in'/>"
  "<arg type='u' direction='out'/></method>"
  "<method name='CloseNotification'><arg type='u' direction='in'/></method>"
  "<method name='GetCapabilities'><arg type='as' direction='out'/></method>"
  "<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/>"
  "<arg type='s' direction='out'/></method>"
  "<signal name='ActionInvoked'><arg type='u'/><arg type='s'/></signal>"
  "<signal name='NotificationClosed'><arg type='u'/><arg type='u'/></signal></interface></node>";

struct notifier {
  const char *file;
  bool answers, mute;
  guint last;
};

static void note(const struct notifier *notifier, const char *line)
{
  FILE *file = fopen(notifier->file, "a");
  if (!file) return;
  fprintf(file, "%s\n", line);
  fclose(file);
}

static void emit(GDBusConnection *bus, const char *signal, GVariant *arguments)
{
  g_dbus_connection_emit_signal(bus, NULL, "/org/freedesktop/Notifications", "org.freedesktop.Notifications", signal, arguments, NULL);
}

static void notify(struct notifier *notifier, GDBusConnection *bus, GVariant *arguments, GDBusMethodInvocation *call)
{
  const char *summary, *body;
  GVariant *hints = g_variant_get_child_value(arguments, 6);
  guint8 urgency = 99;

  g_variant_get_child(arguments, 3, "&s", &summary);
  g_variant_get_child(arguments, 4, "&s", &body);
  g_variant_lookup(hints, "urgency", "y", &urgency);
  g_variant_unref(hints);
  char *line = g_strdup_printf("notify %d %s | %s", urgency, summary, body);
  note(notifier, g_strdelimit(line, "\n", '/'));
  g_free(line);
  g_dbus_method_invocation_return_value(call, g_variant_new("(u)", ++notifier->last));
  if (notifier->answers) emit(bus, "ActionInvoked", g_variant_new("(us)", notifier->last, "answer"));
}

static void on_call(GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *name, const gchar *method,
                    GVariant *arguments, GDBusMethodInvocation *call, gpointer context)
{
  struct notifier *notifier = context;
  static const char *const capabilities[] = { "actions", "body", NULL };

  (void)sender;
  (void)path;
  (void)name;
  if (notifier->mute) {
    note(notifier, "asked");
    return; /* and never an answer */
  }
  if (strcmp(method, "Notify") == 0)
    notify(notifier, bus, arguments, call);
  else if (strcmp(method, "CloseNotification") == 0) {
    guint id;
    g_variant_get(arguments, "(u)", &id);
    char *line = g_strdup_printf("close %u", id);
    note(notifier, line);
    g_free(line);
    g_dbus_method_invocation_return_value(call, NULL);
    emit(bus, "NotificationClosed", g_variant_new("(uu)", id, 3));
  } else if (strcmp(method, "GetCapabilities") == 0)
    g_dbus_method_invocation_return_value(call, g_variant_new("(^as)", capabilities));
  else
    g_dbus_method_invocation_return_value(call, g_variant_new("(ssss)", "notifier", "dutydesk", "1", "1.2"));
}

static void on_name(GDBusConnection *bus, const gchar *name, gpointer context)
{
  (void)bus;
  (void)name;
  note(context, "ready");
}

static void on_bus(GDBusConnection *bus, const gchar *name, gpointer context)
{
  static const GDBusInterfaceVTable table = { .method_call = on_call };
  GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(interface, NULL);

  (void)name;
  g_dbus_connection_register_object(bus, "/org/freedesktop/Notifications", node->interfaces[0], &table, context, NULL, NULL);
}

int main(int count, char **words)
{
  struct notifier notifier = { .file = count > 1 ? words[1] : "/dev/null" };

  for (int i = 2; i < count; i++) {
    notifier.answers |= strcmp(words[i], "answer") == 0;
    notifier.mute |= strcmp(words[i], "mute") == 0;
  }
  g_bus_own_name(G_BUS_TYPE_SESSION, "org.freedesktop.Notifications", G_BUS_NAME_OWNER_FLAGS_NONE, on_bus, on_name, NULL, &notifier, NULL);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
  return 0;
}

#else

int main(void)
{
  return 77;
}

#endif
