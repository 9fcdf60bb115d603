/// The player's entry point, called by C's `main`.
@c(mle_player_main)
public func playerMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 { 64 }
