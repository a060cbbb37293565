#include "plot/pictures.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot/gnuplot.h"
#include "unit.h"

static const struct vol_pictures_title title = {"A'B\nC", 5, VOL_PICTURES_SVG};

/* Expiries of 10, 40 and 160 days on one SVI shape, quotes half a vol point around it. */
static void fill(struct vol_smiles *s, struct vol_metrics *numbers)
{
    static const double days[] = {10, 40, 160};
    size_t i, at;
    bool fresh;
    int j;

    vol_smiles_clear(s);
    for (i = 0; i < 3; i++) {
        const struct vol_svi svi = {0.02 * days[i] / 365, 0.05 * days[i] / 365, -0.3, 0.01, 0.08};
        double t = days[i] / 365;

        UNIT(vol_smiles_find(s, "XYZ", 3, (int64_t)(days[i] * 86400e9), &at, &fresh) == VOL_OK && fresh);
        s->expiry[at].years = s->expiry[at].t = t;
        s->expiry[at].forward = 100;
        s->expiry[at].discount = 1;
        snprintf(s->expiry[at].expiration, sizeof s->expiry[at].expiration, "2030-01-%02d", (int)i + 1);
        for (j = -20; j <= 20; j++) {
            double k = 0.03 * j * sqrt(t), vol = vol_svi_vol(&svi, k, t);
            struct vol_smiles_quote q = {100 * exp(k), k >= 0, 1, 2, vol, vol - 0.005, vol + 0.005};

            UNIT(vol_smiles_add(s, at, &q) == VOL_OK);
        }
    }
    UNIT(vol_smiles_run(s, VOL_SMILES_SVI, VOL_ISA_GENERIC, NULL) == VOL_OK && s->fitted == 3);
    UNIT(vol_metrics_run(s, &(struct vol_metrics_config){.rule = VOL_VARINDEX_ANY}, numbers, NULL) == VOL_OK);
}

static long size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

static void scripts(const struct vol_smiles *s, const struct vol_metrics *numbers)
{
    struct vol_buf a = VOL_BUF_INIT, b = VOL_BUF_INIT;
    struct vol_smiles none;

    UNIT(vol_pictures_smiles(s, &title, &a) == VOL_OK && vol_pictures_smiles(s, &title, &b) == VOL_OK);
    UNIT_STR(a.data, b.data);                  /* the same bytes */
    UNIT(strstr(a.data, "'A''B C: ") != NULL); /* text stays text, whatever is in it */
    UNIT(strstr(a.data, "$quotes2 <<") != NULL && strstr(a.data, "$quotes3 <<") == NULL);
    UNIT(strstr(a.data, "XYZ 2030-01-03  160.0 d") != NULL);
    vol_buf_clear(&a);
    UNIT(vol_pictures_surface(s, &title, &a) == VOL_OK && strstr(a.data, "splot") != NULL);
    UNIT(strstr(a.data, "nan") == NULL || strstr(a.data, "-nan") == NULL);
    vol_buf_clear(&a);
    UNIT(vol_pictures_term(s, numbers, &title, &a) == VOL_OK && strstr(a.data, "30-day vol") != NULL);
    vol_buf_clear(&a);
    UNIT(vol_pictures_density(s, &title, &a) == VOL_OK && strstr(a.data, "$density2 <<") != NULL);
    vol_smiles_init(&none);
    vol_buf_clear(&a);
    UNIT(vol_pictures_density(&none, &title, &a) == VOL_NO && a.len == 0);
    UNIT(vol_pictures_smiles(&none, &title, &a) == VOL_NO && a.len == 0);
    UNIT(vol_pictures_surface(&none, &title, &a) == VOL_NO && a.len == 0);
    UNIT(vol_pictures_term(&none, &(struct vol_metrics){0}, &title, &a) == VOL_NO && a.len == 0);
    vol_buf_free(&a);
    vol_buf_free(&b);
}

static void specs(void)
{
    struct vol_error err = {0};

    UNIT(vol_pictures_check("smile=x.svg", NULL) == VOL_OK);
    UNIT(vol_pictures_check("surface=a/b.svg", NULL) == VOL_OK);
    UNIT(vol_pictures_check("term=t.svg", NULL) == VOL_OK);
    UNIT(vol_pictures_check("smile=.svg", &err) == VOL_EUSAGE && strstr(err.text, "smile=.svg") != NULL);
    UNIT(vol_pictures_check("smile=x.png", NULL) == VOL_OK);
    UNIT(vol_pictures_check("density=x.svg", NULL) == VOL_OK);
    UNIT(vol_pictures_check("term=-", NULL) == VOL_OK && vol_pictures_check("density=-", NULL) == VOL_OK);
    UNIT(vol_pictures_check("smile=-", NULL) == VOL_EUSAGE);
    UNIT(vol_pictures_check("smile=x.pdf", NULL) == VOL_EUSAGE);
    UNIT(vol_pictures_check("gamma=x.svg", NULL) == VOL_EUSAGE);
    UNIT(vol_pictures_check("", NULL) == VOL_EUSAGE);
}

/* Through gnuplot, where it is installed: whole pictures, the same bytes twice, and no rest of a failure. */
static void drawings(const struct vol_smiles *s, const struct vol_metrics *numbers)
{
    const char *dir = getenv("TMPDIR");
    char path[512], beside[520], spec[600], first[4096], second[4096];
    struct vol_buf text = VOL_BUF_INIT;
    struct vol_error err = {0};
    enum vol_status status;
    FILE *file;
    size_t n;

    snprintf(path, sizeof path, "%s/volpipe-%ld.svg", dir != NULL && *dir != '\0' ? dir : "/tmp",
             (long)getpid());
    snprintf(beside, sizeof beside, "%s.tmp", path);
    snprintf(spec, sizeof spec, "term=%s", path);
    status = vol_pictures_draw(spec, s, numbers, &title, &text, &err);
    if (status == VOL_EUNAVAILABLE) {
        printf("plot/pictures: %s: drawings skipped\n", err.text);
        UNIT(size_of(path) == -1 && size_of(beside) == -1);
        return;
    }
    UNIT(status == VOL_OK && size_of(path) > 4096 && size_of(beside) == -1);
    file = fopen(path, "rb");
    n = fread(first, 1, sizeof first, file);
    fclose(file);
    UNIT(n == sizeof first && strncmp(first, "<?xml", 5) == 0);
    UNIT(vol_pictures_draw(spec, s, numbers, &title, &text, &err) == VOL_OK);
    file = fopen(path, "rb");
    n = fread(second, 1, sizeof second, file);
    fclose(file);
    UNIT(n == sizeof second && memcmp(first, second, n) == 0);
    /* A script that gnuplot refuses leaves the old picture as it was and nothing beside it. */
    UNIT(vol_gnuplot_draw("set terminal svg\nplot no such thing\n", 36, path, &err) == VOL_EINTERNAL);
    UNIT(err.text[0] != '\0' && size_of(path) > 4096 && size_of(beside) == -1);
    UNIT(vol_gnuplot_draw("print 1\n", 8, path, &err) == VOL_EIO &&
         size_of(path) > 4096); /* no picture at all */
    UNIT(vol_gnuplot_draw("", 0, "/nonexistent/x.svg", &err) == VOL_ECREATE);
    unlink(path);
    UNIT(vol_pictures_draw("term=-", s, numbers, &title, &text, &err) == VOL_OK && text.len > 1000);
    UNIT(text.data != NULL && strstr(text.data, "25-delta put") != NULL && strchr(text.data, '\033') == NULL);
    vol_buf_free(&text);
    snprintf(path + strlen(path) - 4, 5, ".png");
    snprintf(spec, sizeof spec, "density=%s", path);
    UNIT(vol_pictures_draw(spec, s, numbers, &title, &text, &err) == VOL_OK && size_of(path) > 4096);
    file = fopen(path, "rb");
    UNIT(fread(first, 1, 8, file) == 8 && memcmp(first, "\x89PNG\r\n\x1a\n", 8) == 0);
    fclose(file);
    unlink(path);
    /* Without gnuplot the message says how to get it. */
    setenv("PATH", "/nonexistent", 1);
    UNIT(vol_pictures_draw(spec, s, numbers, &title, &text, &err) == VOL_EUNAVAILABLE);
    UNIT(strstr(err.text, "apt-get install gnuplot") != NULL && size_of(path) == -1 && size_of(beside) == -1);
}

int main(void)
{
    struct vol_smiles s;
    struct vol_metrics numbers;

    vol_smiles_init(&s);
    fill(&s, &numbers);
    scripts(&s, &numbers);
    specs();
    drawings(&s, &numbers);
    vol_smiles_free(&s);
    return unit_done("plot/pictures");
}
