// The player without what needs a live source.
int mle_player_score_main(int argc, char **argv);
int main(int argc, char **argv) { return mle_player_score_main(argc, argv); }
