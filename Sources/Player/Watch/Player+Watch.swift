import CPlatform
import KernelTrace

extension Player {
  static func watch(
    _ options: WatchOptions, _ count: Int,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    guard let file = options.configuration else { return watch(options, &diagnostics) }
    switch read(file, count, arguments, &diagnostics) {
    case .success(let options): return watch(options, &diagnostics)
    case .failure(let ending): return ending.code
    }
  }

  private static func watch(
    _ options: WatchOptions, _ diagnostics: inout Diagnostics
  ) -> ExitCode {
    do throws(FileFailure) {
      var command = try WatchCommand.beginning(options, &diagnostics)
      command.run(&diagnostics)
      command.printSummary(&diagnostics)
      return command.deliveredAll ? .success : .inputOutput
    } catch {
      diagnostics.put(error.failure, error.file)
      return error.failure.exitCode
    }
  }

  /// How it ends where a configuration file is wrong.
  private struct Ending: Error {
    let code: ExitCode
  }

  /// The options of a file, then those of the command line, which overrule them.
  private static func read(
    _ file: UnsafePointer<CChar>, _ count: Int,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>,
    _ diagnostics: inout Diagnostics
  ) -> Result<WatchOptions, Ending> {
    let configuration: ConfigurationFile
    do throws(Failure) {
      let text = try TextFile.read(file)
      do throws(ConfigurationFile.Mistake) {
        configuration = try ConfigurationFile(parsing: text)
      } catch {
        diagnostics.put(error, file)
        return .failure(Ending(code: .badData))
      }
    } catch {
      diagnostics.put(error, file)
      return .failure(Ending(code: error.exitCode))
    }
    var options = WatchOptions()
    do throws(Arguments.Mistake) {
      try options.take(configuration.count, configuration.words, from: 0)
    } catch {
      diagnostics.put(error, in: configuration, file)
      return .failure(Ending(code: .badData))
    }
    do throws(Arguments.Mistake) {
      try options.take(count, arguments, from: 2)
      try options.finish()
    } catch {
      diagnostics.put(error, in: arguments, besides: file)
      return .failure(Ending(code: .usage))
    }
    return .success(options)
  }
}
