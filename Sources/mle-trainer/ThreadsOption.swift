import ArgumentParser
import Foundation

/// How many threads a command computes with.
struct ThreadsOption: ParsableArguments {
  @Option(help: "Threads that compute, 1...1024 (default: every core).")
  var threads: Int?

  /// What is named, or every core.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must be 1 to 1024.")
    }
  }
}
