/* Which mounts are sticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sync/stick.h"

static bool is_second_disk(void *context, const char *device)
{
  (*(int *)context)++;
  return strcmp(device, "8:17") == 0;
}

static const char mounts[] = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro\n"
                             "23 22 0:21 / /proc rw,nosuid - proc proc rw\n"
                             "40 22 8:17 / /srv/stick rw,nosuid shared:2 master:3 - vfat /dev/sdb1 rw,fmask=0022\n"
                             "41 22 8:33 / /media/\\346\\265\\213\\350\\257\\225/A\\040B ro,nosuid - exfat /dev/sdc1 ro\n"
                             "42 22 8:49 / /mnt rw - ext4 /dev/sdd1 rw\n"
                             "43 22 0:50 / /media/auto rw - autofs systemd-1 rw\n"
                             "44 22 8:65 / /mediateka/x rw - ext4 /dev/sde1 rw\n"
                             "45 22 8:49 / /mnt rw - vfat /dev/sdd2 rw\n"
                             "46 22 8:17 /srv\n"
                             "broken - \n"
                             "\n";

static void removable_devices_and_the_usual_places(void **state)
{
  struct sticks sticks;
  int asked = 0;
  (void)state;
  sticks_parse(&sticks, mounts, is_second_disk, &asked);
  assert_int_equal(sticks.count, 3);
  assert_string_equal(sticks.list[0].path, "/srv/stick");
  assert_string_equal(sticks.list[0].type, "vfat");
  assert_false(sticks.list[0].is_read_only);
  assert_string_equal(sticks.list[1].path, "/media/测试/A B");
  assert_true(sticks.list[1].is_read_only);
  assert_string_equal(sticks.list[2].path, "/mnt");
  assert_string_equal(sticks.list[2].type, "vfat"); /* what was mounted over it last */
  assert_int_equal(asked, 4);                       /* of those that do not stand in a usual place */
  sticks_free(&sticks);
}

static void nothing_mounted_is_no_trouble(void **state)
{
  struct sticks sticks;
  int asked = 0;
  (void)state;
  sticks_parse(&sticks, "", is_second_disk, &asked);
  assert_int_equal(sticks.count, 0);
  sticks_free(&sticks);
}

int main(void)
{
  const struct CMUnitTest tests[] = { cmocka_unit_test(removable_devices_and_the_usual_places),
                                      cmocka_unit_test(nothing_mounted_is_no_trouble) };
  return cmocka_run_group_tests_name("sticks", tests, NULL, NULL);
}
