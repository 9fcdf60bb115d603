// Embedded Swift has no CommandLine: this main hands the arguments to the player.
int mle_player_main(int argc, char **argv);
int main(int argc, char **argv) { return mle_player_main(argc, argv); }
