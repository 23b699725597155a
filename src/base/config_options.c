/* Every setting there is. What a source says or one place's rule demands stands in the help as the basis of the default. */
#include <stddef.h>

#include "base/config.h"
#include "base/i18n.h"

/* clang-format off */
#define CHOICES(...) (const char *const[]){ __VA_ARGS__, NULL }
#define TEXT(name, standard, help) { name, CONFIG_TEXT, standard, 0, 0, NULL, help }
#define NUMBER(name, standard, least, most, help) { name, CONFIG_NUMBER, standard, least, most, NULL, help }
#define YES(name, standard, help) { name, CONFIG_YES, standard, 0, 0, NULL, help }
#define CHOICE(name, standard, choices, help) { name, CONFIG_CHOICE, standard, 0, 0, choices, help }

const struct config_option config_options[] = {
  TEXT("station.timezone", "Asia/Shanghai",
       N_("Time zone in which everything is shown and typed, whatever the session's own. Basis: one legal time in all of China.")),

  CHOICE("shift.pattern", "two-shift", CHOICES("two-shift", "day", "custom"),
         N_("How the day is divided: two-shift is 08:00-20:00 and 20:00-08:00, day is 24 hours from 08:00, custom begins a shift at each of"
            " shift.starts. Basis: common practice of duty rooms.")),
  TEXT("shift.starts", "08:00,20:00",
       N_("With shift.pattern = custom: the times at which shifts begin, hh:mm, separated by commas, in the order of the day.")),
  CHOICE("shift.signatures", "four", CHOICES("four", "two"),
         N_("Signatures of a handover: four (A and B of both shifts), or two where each post is held by one person. Basis: two people on"
            " duty (双人双岗).")),
  NUMBER("shift.late_minutes", "15", 1, 240,
         N_("Minutes after the start of a shift until a successor who has not signed in raises an alarm. Basis: local practice.")),

  CHOICE("ui.language", "auto", CHOICES("auto", "zh_CN", "en"),
         N_("Language of the screen and of messages; auto follows LC_ALL, LC_MESSAGES or LANG.")),
  NUMBER("ui.ambiguous", "1", 1, 2,
         N_("Columns that the terminal gives to characters of ambiguous width such as ① and …: 1, or 2 in terminals set up for Chinese"
            " fonts.")),
  NUMBER("ui.lock_minutes", "10", 0, 480,
         N_("Minutes without a key until the screen asks for the PIN again, alarms staying in view; 0 is never. Basis: our choice.")),
  CHOICE("ui.borders", "auto", CHOICES("auto", "line", "ascii"),
         N_("Lines between panes: auto decides by the terminal; ascii draws them with - and | where lines come out as letters.")),

  CHOICE("print.to", "folder", CHOICES("folder", "lp", "terminal"),
         N_("Where paper goes: a folder as files, lp to a printer known to this machine, terminal to the printer beside the user's own"
            " terminal (PuTTY passes it on).")),
  TEXT("print.printer", "", N_("With print.to = lp: the printer's name as lpstat -p shows it; empty is the system's default printer.")),
  TEXT("print.folder", "", N_("With print.to = folder: a directory, made if it is not there; empty is the directory \"print\" beside the database.")),
  CHOICE("print.encoding", "UTF-8", CHOICES("UTF-8", "GB18030"),
         N_("Encoding of text sent to a printer. Most Chinese line printers want GB18030.")),
  TEXT("print.start", "",
       N_("Bytes sent to a line printer before the text, in hexadecimal, e.g. 1b40 1c26 (reset, Chinese characters on); see its manual.")),
  CHOICE("print.columns", "72", CHOICES("72", "132"), N_("Columns of a page of text: 72 on A4, 132 on wide continuous paper.")),
  TEXT("print.font", "", N_("Font of PDF pages by its full name; empty takes Noto Sans CJK SC if installed, else WenQuanYi Micro Hei.")),

  TEXT("warning.inbox", "",
       N_("Directory into which other programs put files of alerts; each is taken in and moved to done or refused inside it. Empty: none.")),
  TEXT("warning.ladder", "standard",
       N_("The ladder by which a warning makes us call and relay: the name of a file in ladders/ without .ini (standard, 631, 1263, 123, wake,"
          " leader, village, or one of your own). Each file says its basis.")),
  NUMBER("warning.hours_rain", "24", 1, 240,
         N_("Hours that a warning of rain, typhoon or severe convection without an end is taken to last. Basis: the longest forecast span of"
            " those signals (12 h for rain, 24 h for typhoons).")),
  NUMBER("warning.hours_flood", "24", 1, 240,
         N_("The same for floods and flash floods. Basis: flash-flood risk is forecast for 24 hours.")),
  NUMBER("warning.hours_geology", "24", 1, 240,
         N_("The same for landslides, debris flows and other geological risk. Basis: it is forecast from 20:00 to 20:00 of the next day.")),
  NUMBER("warning.hours_weather", "24", 1, 240,
         N_("The same for other weather: snow, cold, wind, heat, fog, ice. Basis: forecast spans of 6 to 48 hours.")),
  NUMBER("warning.hours_fire", "72", 1, 720, N_("The same for forest fire danger. Basis: our choice; it lasts until rain.")),
  NUMBER("warning.hours_other", "24", 1, 720, N_("The same for everything else. Basis: our choice.")),

  NUMBER("report.first_minutes", "60", 1, 1440,
         N_("Minutes after the onset of a disaster until the first report is due. Basis: township 1 h (older and local rules); county 2 h.")),

  NUMBER("contact.verify_days", "90", 1, 3650,
         N_("Days after which a telephone number nobody has verified is listed for a call. Basis: our choice, once a season.")),
  NUMBER("pin.length", "4", 4, 32, N_("Fewest digits of a new PIN. Basis: our choice; wrong PINs are delayed more and more.")),

  CHOICE("agent.start", "screen", CHOICES("screen", "unit", "off"),
         N_("Who starts the agent, which rings while nobody looks: the screen if none runs, a systemd unit (the screen then says when it is"
            " missing), or off: alarms do not ring here.")),

  NUMBER("alarm.repeat_red", "2", 1, 60, N_("Minutes after which an unanswered red alarm rings again. Basis: our choice.")),
  NUMBER("alarm.repeat_orange", "5", 0, 1440, N_("The same for orange; 0 is once. Basis: wake within 5 minutes (local rules).")),
  NUMBER("alarm.repeat_yellow", "15", 0, 1440, N_("The same for yellow.")),
  NUMBER("alarm.repeat_blue", "60", 0, 1440, N_("The same for blue.")),
  NUMBER("alarm.repeat_none", "60", 0, 1440, N_("The same for alarms without a colour.")),
  TEXT("alarm.quiet_orange", "", N_("Hours in which orange alarms only stand on the screen, as 22:00-06:00; they ring afterwards. Red has none.")),
  TEXT("alarm.quiet_yellow", "", N_("The same for yellow.")),
  TEXT("alarm.quiet_blue", "22:00-07:00", N_("The same for blue. Basis: our choice.")),
  TEXT("alarm.quiet_none", "22:00-07:00", N_("The same for alarms without a colour. Basis: our choice.")),
  NUMBER("alarm.expiry_minutes", "60", 1, 1440, N_("Minutes before a warning in force expires at which that rings. Basis: our choice.")),
  NUMBER("alarm.transfer_minutes", "60", 1, 1440,
         N_("Minutes within which each household of a transfer has to be accounted for, counted from its last step; then that rings. Basis: our choice.")),
  NUMBER("alarm.conflict_minutes", "30", 1, 1440,
         N_("Minutes after which values that two machines set differently ring until somebody decides. Basis: our choice.")),
  YES("alarm.desktop", "yes", N_("Whether alarms are also shown as notices on the desktop, where a desktop is running.")),
  TEXT("alarm.sms", "",
       N_("Command that sends an alarm as a text message. Its words are passed on as they are, by no shell; {text}, {phone} (of whom it"
          " concerns), {colour} and {key} are filled in, and the whole alarm comes as JSON on its standard input. E.g. gammu-smsd-inject TEXT {phone} -unicode -autolen 400 -text {text}")),
  CHOICE("alarm.sms_from", "orange", CHOICES("none", "blue", "yellow", "orange", "red"),
         N_("The least colour for which alarm.sms runs. Basis: our choice.")),
  TEXT("alarm.speaker", "", N_("Command that speaks an alarm over a loudspeaker; written like alarm.sms. E.g. espeak-ng -v cmn {text}")),
  CHOICE("alarm.speaker_from", "yellow", CHOICES("none", "blue", "yellow", "orange", "red"),
         N_("The least colour for which alarm.speaker runs. Basis: our choice.")),
  TEXT("alarm.other", "", N_("Any other command that every alarm runs; written like alarm.sms.")),
  NUMBER("alarm.seconds", "30", 1, 600, N_("Seconds after which such a command, or a desktop that does not answer, is given up.")),
  YES("alarm.test_each_shift", "yes", N_("Whether each shift has to test the alarm. Basis: our choice.")),
  NUMBER("alarm.deadman_minutes", "0", 0, 240,
         N_("At night somebody must press a key every so many minutes, or post B is called, then the leader; 0 is no such check. Basis: our"
            " choice.")),
  TEXT("alarm.deadman_hours", "23:00-06:00", N_("The night for that check.")),
  NUMBER("alarm.deadman_leader_minutes", "10", 1, 120, N_("Minutes after post B was called until the leader is. Basis: our choice.")),
  TEXT("sync.remotes", "",
       N_("Where this desk exchanges its journal, separated by spaces, in order of preference: ssh://user@host/path/to/desk.db,"
          " postgresql://host/database, dir:/path. Empty: only by hand.")),
  NUMBER("sync.retry_seconds", "5", 1, 300,
         N_("Seconds after a failed try until the next one; each further pause is twice as long, up to 5 minutes, and a network route that"
            " returns ends it at once, as does an exchange by hand that works. Basis: our choice.")),
  NUMBER("sync.prefer_seconds", "1800", 1, 86400,
         N_("Seconds after which an address that is not the first of sync.remotes is left to see whether a better one is back. Basis: our"
            " choice.")),
  { .name = NULL },
};
/* clang-format on */
