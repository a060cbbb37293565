/* rss.c: peak resident memory of a command in KiB: `rss COMMAND [ARG…]`. (Measured from a large parent, the
 * figure would be that of the parent: a child starts as a copy of it.) */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t pid;

    if (argc < 2 || (pid = fork()) < 0)
        return 64;
    if (pid == 0) {
        if (freopen("/dev/null", "w", stdout) == NULL)
            _exit(73);
        execvp(argv[1], argv + 1);
        _exit(127);
    }
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return 70;
    getrusage(RUSAGE_CHILDREN, &usage);
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}
