#include "base/share.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A directory that holds these is the share directory of volpipe and not another one of that name. */
static int is_share(const char *path)
{
    char inner[PATH_MAX + 32];
    struct stat st;

    snprintf(inner, sizeof inner, "%s/calendars", path);
    return stat(inner, &st) == 0 && S_ISDIR(st.st_mode);
}

/* `share` beside the build that the running executable lies in (build/bin/vX, build/san/bin/vX,
 * build/unit/…). */
static int beside_build(char out[PATH_MAX])
{
    static const char *const up[] = {"/../../share", "/../../../share"};
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    char *slash;

    if (n <= 0)
        return 0;
    exe[n] = '\0';
    slash = strrchr(exe, '/');
    if (!slash)
        return 0;
    *slash = '\0';
    for (size_t i = 0; i < sizeof up / sizeof up[0]; i++) {
        int len = snprintf(out, PATH_MAX, "%s%s", exe, up[i]);

        if (len > 0 && len < PATH_MAX && is_share(out))
            return 1;
    }
    return 0;
}

enum vol_status vol_share_path(const char *installed, const char *dir, const char *name, char *out,
                               size_t size, struct vol_error *err)
{
    const char *root = getenv("VOLPIPE_SHARE");
    char found[PATH_MAX];
    int len;

    if (!root || !*root)
        root = beside_build(found) ? found : installed;
    len = snprintf(NULL, 0, "%s%s%s%s%s", root, *dir ? "/" : "", dir, *name ? "/" : "", name);
    if (len < 0 || (size_t)len >= size)
        return vol_error_set(err, VOL_ECONFIG, "the path of the share directory is too long: %s", root);
    snprintf(out, size, "%s%s%s%s%s", root, *dir ? "/" : "", dir, *name ? "/" : "", name);
    return VOL_OK;
}

enum vol_status vol_state_path(const char *given, const char *name, char *out, size_t size,
                               struct vol_error *err)
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_STATE_HOME");
    int n;

    if (given)
        n = snprintf(out, size, "%s/%s", given, name);
    else if (xdg && xdg[0] == '/')
        n = snprintf(out, size, "%s/volpipe/%s", xdg, name);
    else if (home && home[0] == '/')
        n = snprintf(out, size, "%s/.local/state/volpipe/%s", home, name);
    else
        return vol_error_set(err, VOL_ECONFIG, "neither XDG_STATE_HOME nor HOME is set: give --state DIR");
    if (n < 0 || (size_t)n >= size)
        return vol_error_set(err, VOL_ECONFIG, "%s: the path of the state is too long", name);
    return VOL_OK;
}
